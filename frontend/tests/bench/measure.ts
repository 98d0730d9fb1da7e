import type { BrowserContext, CDPSession, Page } from '@playwright/test';

/** A network as Lighthouse and browsers' own tools emulate one. */
export interface Network {
  name: string;
  /** Milliseconds for a request to be answered, and bits per second. */
  latency: number;
  down: number;
  up: number;
}

/** Lighthouse's presets: `desktopDense4G`, and `mobileSlow4G`. */
export const NETWORKS: Record<'desktop' | 'phone', Network> = {
  desktop: { name: '40 ms, 10 Mbit/s', latency: 40, down: 10_240_000, up: 10_240_000 },
  phone: { name: '150 ms, 1.6 Mbit/s', latency: 150, down: 1_638_400, up: 750_000 },
};

/** What was measured in one visit; times in milliseconds. */
export interface Visit {
  /** JavaScript over the network until the page is quiet, compressed, headers included. */
  script: number;
  firstPaint: number;
  largestPaint: number;
  /** Processor time of long tasks after the first paint, beyond the 50 ms that each may take: what else the machine does is not in it. */
  blocking: number;
  /** Processor time of the longest of these. */
  longest: number;
  shift: number;
  /** What the largest paint was. */
  what: string;
  moved: string[];
}

interface Seen {
  firstPaint: number;
  largestPaint: number;
  what: string;
  shift: number;
  /** What moved, and how much that was. */
  moved: string[];
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
  if (network) {
    const { latency, down, up } = network;
    await chromium.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: down / 8, uploadThroughput: up / 8 });
  }
  return chromium;
}

/** Writes down what Chromium tells of paints, shifts and long tasks, from the first moment. */
export async function observe(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen: Seen = { firstPaint: 0, largestPaint: 0, what: '', shift: 0, moved: [] };
    (window as unknown as { seen: Seen }).seen = seen;
    const watch = (type: string, note: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
    watch('paint', ({ name, startTime }) => name === 'first-contentful-paint' && (seen.firstPaint = startTime));
    watch('largest-contentful-paint', (entry) => {
      const { element } = entry as PerformanceEntry & { element: Element | null };
      seen.largestPaint = entry.startTime;
      seen.what = element ? element.tagName.toLowerCase() : '';
    });
    watch('layout-shift', (entry) => {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
      if (!hadRecentInput) seen.shift += value;
      if (!hadRecentInput) seen.moved.push(`${value.toFixed(4)} ${sources.map(({ node }) => (node instanceof Element ? `${node.tagName} ${node.className}` : String(node))).join(', ')}`);
    });
  });
}

export const seen = (page: Page) => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

/** Opens an address in a page that nothing is cached for, and measures until it is quiet. */
export async function visit(page: Page, address: string, times: number, network: Network): Promise<Visit> {
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
  const events = await traced(page, async () => {
    await page.goto(address);
    while (pending.size > 0 || Date.now() - last < QUIET) await page.waitForTimeout(100);
  });
  const { firstPaint, largestPaint, what, shift, moved } = await seen(page);
  const tasks = tasksAfterPaint(events);
  const blocking = tasks.reduce((sum, task) => sum + Math.max(0, task - LONG), 0);
  return { script, firstPaint, largestPaint, what, shift, moved, blocking, longest: Math.max(0, ...tasks) };
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
export async function traced(page: Page, work: () => Promise<void>): Promise<TraceEvent[]> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'loading'] });
  await work();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }).traceEvents;
}

/** What the pages' main threads did, each task's processor time. */
export function mainThreads(events: readonly TraceEvent[]): number[] {
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
  return events.filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}/${tid}`)).map(({ tdur }) => (tdur ?? 0) / 1000);
}

/** What the page's main thread did after its first paint, each task's processor time. */
function tasksAfterPaint(events: readonly TraceEvent[]): number[] {
  const paint = events.findLast(({ name }) => name === 'firstContentfulPaint');
  if (!paint) throw new Error('Nothing was painted.');
  const tasks = events.filter(({ name, pid, tid, ts }) => name === 'RunTask' && pid === paint.pid && tid === paint.tid && ts >= paint.ts);
  return tasks.map(({ tdur }) => (tdur ?? 0) / 1000);
}

export const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
