import { expect } from '@playwright/test';
import { stack, test } from '../browser/app';
import { signInAs, type Member } from '../browser/members';
import { median, NETWORKS, observe, visit, type Visit } from './measure';
import { photographer } from './pictures';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** How much slower than this machine. */
const SLOWER = 4;
const LIMITS = { script: 120 * 1024, largestPaint: 1_500, blocking: 150, shift: 0.02 };

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
} as const;

let who: Member;

test('the first view', async ({ browser }) => {
  const studio = await browser.newPage();
  who = await photographer(studio);
  await studio.close();
  const rows: string[] = [];
  const failures: string[] = [];
  for (const screen of ['desktop', 'phone'] as const) {
    for (const person of ['signed out', 'signed in'] as const) {
      const visits: Visit[] = [];
      for (let round = 0; round < ROUNDS; round += 1) visits.push(await open(screen, person));
      const middle = (of: keyof Omit<Visit, 'what' | 'moved'>) => median(visits.map((visit) => visit[of]));
      const [script, paint, blocking, shift] = [middle('script'), middle('largestPaint'), middle('blocking'), middle('shift')];
      const name = `${screen}, ${person}`;
      rows.push(
        `${name.padEnd(20)} ${NETWORKS[screen].name.padEnd(19)} ${(script / 1024).toFixed(0).padStart(6)} KB ${middle('firstPaint').toFixed(0).padStart(8)} ms ${paint.toFixed(0).padStart(8)} ms (${visits[0]!.what})`.padEnd(86) +
          `${blocking.toFixed(0).padStart(6)} ms ${middle('longest').toFixed(0).padStart(6)} ms ${shift.toFixed(4).padStart(8)}`,
      );
      if (shift > LIMITS.shift) rows.push(`  moved: ${visits[0]!.moved.join(' · ')}`);
      for (const [key, value] of Object.entries({ script, largestPaint: paint, blocking, shift })) {
        if (value > LIMITS[key as keyof typeof LIMITS]) failures.push(`${name}: ${key} ${value.toFixed(3)}`);
      }
    }
  }
  console.log(`\nThe first view, medians of ${ROUNDS}, processor ${SLOWER} times slower`);
  console.log('                     network              script    first paint  largest paint         blocking  longest    shift');
  console.log(rows.join('\n'));
  console.log(`limits                                  ${(LIMITS.script / 1024).toFixed(0).padStart(6)} KB                 ${LIMITS.largestPaint} ms            ${LIMITS.blocking} ms             ${LIMITS.shift}`);
  expect(failures).toEqual([]);

  async function open(screen: 'desktop' | 'phone', person: 'signed out' | 'signed in'): Promise<Visit> {
    const context = await browser.newContext(SCREENS[screen]);
    await observe(context);
    const page = await context.newPage();
    if (person === 'signed in') await signInAs(page, who);
    const result = await visit(page, stack.web, SLOWER, NETWORKS[screen]);
    await context.close();
    return result;
  }
});

