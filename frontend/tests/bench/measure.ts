import type { CDPSession, Page } from '@playwright/test';

/** A network as Lighthouse and browsers' own tools emulate one. */
export interface Network {
  name: string;
  /** Milliseconds for a request to be answered, and bits per second. */
  latency: number;
  down: number;
  up: number;
}

/** This machine's own, unchanged; and Lighthouse's presets: `desktopDense4G`, and `mobileSlow4G`. */
export const NETWORKS: Record<'own' | 'desktop' | 'phone', Network> = {
  own: { name: 'of this machine', latency: 0, down: 0, up: 0 },
  desktop: { name: '40 ms, 10 Mbit/s', latency: 40, down: 10_240_000, up: 10_240_000 },
  phone: { name: '150 ms, 1.6 Mbit/s', latency: 150, down: 1_638_400, up: 750_000 },
};

interface Seen {
  firstPaint: number;
  largestPaint: number;
  /** What the largest paint was. */
  what: string;
  shift: number;
  /** What moved, and how much that was. */
  moved: string[];
}

/** What was measured in one visit; times in milliseconds. */
export interface Visit extends Seen {
  /** JavaScript over the network until the page is quiet, compressed, headers included. */
  script: number;
}

export interface Work {
  /** Processor time of long tasks after the first paint, beyond the 50 ms that each may take: what else the machine does is not in it. */
  blocking: number;
  /** Processor time of the longest of these. */
  longest: number;
}

/** Milliseconds without a request or a long task after which a page is quiet. */
const QUIET = 2_000;
/** A task that takes longer blocks, by what it takes more. */
const LONG = 50;

/** Slows the processor and the network down, as far as this page is concerned. */
export async function slowDown(page: Page, times: number, network?: Network): Promise<CDPSession> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Emulation.setCPUThrottlingRate', { rate: times });
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

/** What Chromium has noted of paints and shifts since the page was opened: nothing has to run in the page before that. */
function seen(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const seen = { firstPaint: 0, largestPaint: 0, what: '', shift: 0, moved: [] as string[] };
    const watch = (type: string, note: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
        type,
        buffered: true,
      });
    watch(
      'paint',
      ({ name, startTime }) => name === 'first-contentful-paint' && (seen.firstPaint = startTime),
    );
    watch('largest-contentful-paint', (entry) => {
      const { element } = entry as PerformanceEntry & { element: Element | null };
      seen.largestPaint = entry.startTime;
      seen.what = element ? element.tagName.toLowerCase() : '';
    });
    watch('layout-shift', (entry) => {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      };
      if (hadRecentInput) return;
      seen.shift += value;
      seen.moved.push(
        `${value.toFixed(4)} ${sources.map(({ node }) => (node instanceof Element ? `${node.tagName} ${node.className}` : String(node))).join(', ')}`,
      );
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return seen;
  });
}

/** Opens an address in a page that nothing is cached for, until it is quiet, and gives the bytes of its scripts. */
async function open(page: Page, address: string, times: number, network: Network): Promise<number> {
  // Something small from there first: the browser starts a process and a connection, which are none of the page's work.
  await page.goto(new URL('favicon.svg', address).href);
  const chromium = await slowDown(page, times, network);
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
  while (pending.size > 0 || Date.now() - last < QUIET) await page.waitForTimeout(100);
  return script;
}

/** What is loaded and painted. */
export async function visit(
  page: Page,
  address: string,
  times: number,
  network: Network,
): Promise<Visit> {
  const script = await open(page, address, times, network);
  return { script, ...(await seen(page)) };
}

/** What keeps the page from answering. A visit of its own: noting each task takes time, too. */
export async function work(
  page: Page,
  address: string,
  times: number,
  network: Network,
): Promise<Work> {
  const tasks = tasksAfterPaint(await traced(page, () => open(page, address, times, network)));
  return {
    blocking: tasks.reduce((sum, task) => sum + Math.max(0, task - LONG), 0),
    longest: Math.max(0, ...tasks),
  };
}

/** One thing that Chromium noted. */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  /** Microseconds of processor time. */
  tdur?: number;
  args?: { name?: string };
}

/** Notes all tasks while something is done. */
export async function traced(page: Page, work: () => Promise<unknown>): Promise<TraceEvent[]> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'loading'],
  });
  await work();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] })
    .traceEvents;
}

/** What the pages' main threads did, each task's processor time. */
export function mainThreads(events: readonly TraceEvent[]): number[] {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}/${tid}`))
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

/** What the page's main thread did after its first paint, each task's processor time. */
function tasksAfterPaint(events: readonly TraceEvent[]): number[] {
  const paint = events.findLast(({ name }) => name === 'firstContentfulPaint');
  if (!paint) throw new Error('Nothing was painted.');
  const tasks = events.filter(
    ({ name, pid, tid, ts }) =>
      name === 'RunTask' && pid === paint.pid && tid === paint.tid && ts >= paint.ts,
  );
  return tasks.map(({ tdur }) => (tdur ?? 0) / 1000);
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
