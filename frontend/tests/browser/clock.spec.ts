import { expect, type BrowserContext } from '@playwright/test';
import { t } from '../../src/texts';
import { addressOf, openTray, PASSWORD, tab, test, tile, uploaded, watchForProblems } from './app';
import { befriend, member, publish } from './members';
import { photograph } from './pictures';

/** Sets the clock of all pages ahead by a number of minutes. */
async function setClockAhead(context: BrowserContext, minutes: number): Promise<void> {
  await context.addInitScript((milliseconds) => {
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...values: unknown[]) {
        super(...((values.length > 0 ? values : [Date.now()]) as [number]));
      }
      static override now = () => RealDate.now() + milliseconds;
    } as DateConstructor;
  }, minutes * 60_000);
}

for (const [minutes, clock] of [
  [-20, '20 minutes behind'],
  [20, '20 minutes ahead'],
] as const) {
  test(`a person whose clock is ${clock} signs in, uploads and receives live updates`, async ({
    page,
    context,
  }) => {
    const problems = watchForProblems(page);
    const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
    await befriend(anna, julia);
    const jpeg = await photograph(page, 900, 600, 40);
    await setClockAhead(context, minutes);

    await page.goto(addressOf('/sign-in'));
    await page.getByLabel(t.auth.email).fill(anna.email);
    await page.getByLabel(t.auth.password).fill(PASSWORD);
    const connected = page.waitForEvent('websocket');
    await page.getByRole('main').getByRole('button', { name: t.auth.signIn, exact: true }).click();
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    await connected;

    const received = await publish(julia, jpeg, { visibility: 'friends' });
    await expect(tile(page, received.id)).toBeVisible();

    const file = { name: 'own.jpg', mimeType: 'image/jpeg', buffer: jpeg };
    await page.getByLabel(t.upload.choose).last().setInputFiles(file);
    await openTray(page);
    await uploaded(page, 'own.jpg');

    await page.reload();
    await expect(tile(page, received.id)).toBeVisible();
    expect(problems).toEqual([]);
  });
}
