import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { member, publish, type Member } from '../browser/members';
import { photograph } from '../browser/pictures';

/** As many as fill the first view and more. */
const COUNT = 24;

/** Somebody with public pictures, real ones where `ALBUMEN_PICTURES` names some, all ready to be looked at. */
export async function photographer(page: Page): Promise<Member> {
  const who = await member('Bench', 'Marker');
  const files = realPictures();
  for (let i = 0; i < COUNT; i += 1) {
    const [long, short] = [2400, 1600];
    const drawn = () =>
      i % 3 === 2 ? photograph(page, short, long, i * 15) : photograph(page, long, short, i * 15);
    const jpeg = files.length > 0 ? readFileSync(files[i % files.length]!) : await drawn();
    await publish(who, jpeg, { caption: `Picture ${i}`, visibility: 'public' });
  }
  return who;
}

function realPictures(): string[] {
  const folder = process.env.ALBUMEN_PICTURES && join(process.env.ALBUMEN_PICTURES, 'photos');
  if (!folder || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .map((name) => join(folder, name));
}
