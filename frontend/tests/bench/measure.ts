import type { CDPSession, Page } from '@playwright/test';

/** An emulated network. */
export interface Network {
  name: string;
  /** In milliseconds. */
  latency: number;
  /** In bits per second; 0 for no limit. */
  down: number;
  up: number;
}

/** The network of this machine, and Lighthouse's presets `desktopDense4G` and `mobileSlow4G`. */
export const NETWORKS: Record<'own' | 'desktop' | 'phone', Network> = {
  own: { name: 'of this machine', latency: 0, down: 0, up: 0 },
  desktop: { name: '40 ms, 10 Mbit/s', latency: 40, down: 10_240_000, up: 10_240_000 },
  phone: { name: '150 ms, 1.6 Mbit/s', latency: 150, down: 1_638_400, up: 750_000 },
};

/** Paints and layout shifts. Times are in milliseconds. */
interface PaintMetrics {
  firstPaint: number;
  largestPaint: number;
  /** The tag name of the largest element. */
  largestElement: string;
  shift: number;
  /** Each layout shift, with the elements that moved. */
  shifts: string[];
}

/** The metrics of one visit. */
export interface Visit extends PaintMetrics {
  /** The compressed bytes of all scripts, with headers, until the page is idle. */
  script: number;
}

/** The main-thread work of one visit, in milliseconds. */
export interface Work {
  /** The processor time of all tasks after the first paint, beyond 50 ms each. */
  blocking: number;
  /** The processor time of the longest task. */
  longest: number;
}

/** The time without a request after which a page counts as idle. */
const IDLE_AFTER_MS = 2_000;
/** The part of a task above this duration counts as blocking. */
const LONG_TASK_MS = 50;

/** Slows down the processor and the network of a page. */
export async function slowDown(
  page: Page,
  cpuSlowdown: number,
  network?: Network,
): Promise<CDPSession> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
  await chromium.send('Network.enable');
  if (network && network.down > 0) {
    const { latency, down, up } = network;
    await chromium.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: down / 8,
      uploadThroughput: up / 8,
    });
  }
  return chromium;
}

/** Reads the paints and layout shifts that Chromium recorded since the page opened. */
function readPaintMetrics(page: Page): Promise<PaintMetrics> {
  return page.evaluate(async () => {
    const metrics = {
      firstPaint: 0,
      largestPaint: 0,
      largestElement: '',
      shift: 0,
      shifts: [] as string[],
    };
    const watch = (type: string, onEntry: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(onEntry)).observe({
        type,
        buffered: true,
      });
    watch('paint', ({ name, startTime }) => {
      if (name === 'first-contentful-paint') metrics.firstPaint = startTime;
    });
    watch('largest-contentful-paint', (entry) => {
      const { element } = entry as PerformanceEntry & { element: Element | null };
      metrics.largestPaint = entry.startTime;
      metrics.largestElement = element ? element.tagName.toLowerCase() : '';
    });
    watch('layout-shift', (entry) => {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      };
      if (hadRecentInput) return;
      metrics.shift += value;
      metrics.shifts.push(
        `${value.toFixed(4)} ${sources.map(({ node }) => (node instanceof Element ? `${node.tagName} ${node.className}` : String(node))).join(', ')}`,
      );
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return metrics;
  });
}

/** Opens an address and waits until the page is idle. Returns the bytes of its scripts. */
async function open(
  page: Page,
  address: string,
  cpuSlowdown: number,
  network: Network,
): Promise<number> {
  // A small file first, so that starting a process and a connection is not measured.
  await page.goto(new URL('favicon.svg', address).href);
  const chromium = await slowDown(page, cpuSlowdown, network);
  let script = 0;
  let last = Date.now();
  const scripts = new Set<string>();
  const pending = new Set<string>();
  chromium.on('Network.requestWillBeSent', ({ requestId }) => pending.add(requestId));
  chromium.on('Network.responseReceived', ({ requestId, response }) => {
    if (/javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  const done = (requestId: string) => {
    pending.delete(requestId);
    last = Date.now();
  };
  chromium.on('Network.loadingFailed', ({ requestId }) => done(requestId));
  chromium.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    done(requestId);
    if (scripts.has(requestId)) script += encodedDataLength;
  });
  await page.goto(address);
  while (pending.size > 0 || Date.now() - last < IDLE_AFTER_MS) await page.waitForTimeout(100);
  return script;
}

/** Measures scripts, paints and layout shifts. */
export async function visit(
  page: Page,
  address: string,
  cpuSlowdown: number,
  network: Network,
): Promise<Visit> {
  const script = await open(page, address, cpuSlowdown, network);
  return { script, ...(await readPaintMetrics(page)) };
}

/** Measures the main thread, in a visit of its own because tracing takes time. */
export async function work(
  page: Page,
  address: string,
  cpuSlowdown: number,
  network: Network,
): Promise<Work> {
  const tasks = tasksAfterPaint(
    await recordTrace(page, () => open(page, address, cpuSlowdown, network)),
  );
  return {
    blocking: tasks.reduce((sum, task) => sum + Math.max(0, task - LONG_TASK_MS), 0),
    longest: Math.max(0, ...tasks),
  };
}

/** An event of Chromium's trace. */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  /** The processor time in microseconds. */
  tdur?: number;
  args?: { name?: string };
}

/** Records a trace while `action` runs. */
export async function recordTrace(
  page: Page,
  action: () => Promise<unknown>,
): Promise<TraceEvent[]> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'loading'],
  });
  await action();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] })
    .traceEvents;
}

/** Returns the processor time of each main-thread task, in milliseconds. */
export function mainThreadTasks(events: readonly TraceEvent[]): number[] {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}/${tid}`))
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

/** Returns the processor time of each main-thread task after the first paint, in milliseconds. */
function tasksAfterPaint(events: readonly TraceEvent[]): number[] {
  const paint = events.findLast(({ name }) => name === 'firstContentfulPaint');
  if (!paint) throw new Error('The page painted nothing.');
  const tasks = events.filter(
    ({ name, pid, tid, ts }) =>
      name === 'RunTask' && pid === paint.pid && tid === paint.tid && ts >= paint.ts,
  );
  return tasks.map(({ tdur }) => (tdur ?? 0) / 1000);
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
