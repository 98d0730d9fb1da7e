import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { member, publish, type Member } from '../browser/members';
import { photograph } from '../browser/pictures';

/** More pictures than the first view shows. */
const PICTURE_COUNT = 24;

/** Creates a member with public pictures: those of `ALBUMEN_PICTURES` if set, or drawn ones. */
export async function createPhotographer(page: Page): Promise<Member> {
  const photographer = await member('Bench', 'Marker');
  const files = findPhotos();
  for (let i = 0; i < PICTURE_COUNT; i += 1) {
    const jpeg = files.length > 0 ? readFileSync(files[i % files.length]!) : await draw(page, i);
    await publish(photographer, jpeg, { caption: `Picture ${i}`, visibility: 'public' });
  }
  return photographer;
}

/** Draws every third picture upright. */
function draw(page: Page, number: number): Promise<Buffer> {
  const [width, height] = number % 3 === 2 ? [1600, 2400] : [2400, 1600];
  return photograph(page, width!, height!, number * 15);
}

function findPhotos(): string[] {
  const folder = process.env.ALBUMEN_PICTURES && join(process.env.ALBUMEN_PICTURES, 'photos');
  if (!folder || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .map((name) => join(folder, name));
}
