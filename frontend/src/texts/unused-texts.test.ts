/** Finds texts that no source uses. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { t } from '.';
import { albumTexts } from './albums';
import { blocks } from './blocks';
import { developers } from './developers';
import { downloadTexts } from './downloads';
import { linkTexts } from './links';
import { passwordRecovery } from './password-recovery';
import { ruleTexts } from './rules';
import { sharedTexts } from './shared-link';

/** Returns the paths of all texts, such as `feed.empty.mine.title`, joined by NUL. */
function pathsOf(texts: object, path: readonly string[] = []): string[] {
  return Object.entries(texts).flatMap(([key, text]) => {
    const textPath = [...path, key];
    return typeof text === 'object' && !Array.isArray(text)
      ? pathsOf(text, textPath)
      : [textPath.join('\0')];
  });
}

/** Matches short names: `const words = t.feed.select;`, `const { announcements } = t.friends;`. */
const ALIAS =
  /const (?:(\w+)|\{ ([\w, ]+) \}) = (t|albumTexts|developers|linkTexts|ruleTexts|sharedTexts|downloadTexts)((?:\.\w+)+);/g;
/** Matches `t` or a short name, with the path after it: `...t.feed.empty`, but not `other.t`. */
const usePattern = (names: string[]) =>
  new RegExp(String.raw`(?<![\w$]|[^.]\.)(${names.join('|')})\b((?:\.['\w]+)*)`, 'g');

/** Returns the paths in a source. A path to a group counts for all texts of the group. */
function findUses(source: string): string[] {
  const aliases = new Map<string, string[]>([
    ['t', []],
    ['albumTexts', ['albumTexts']],
    ['blocks', ['blocks']],
    ['developers', ['developers']],
    ['downloadTexts', ['downloadTexts']],
    ['linkTexts', ['linkTexts']],
    ['passwordRecovery', ['passwordRecovery']],
    ['ruleTexts', ['ruleTexts']],
    ['sharedTexts', ['sharedTexts']],
  ]);
  const rest = source.replace(
    ALIAS,
    (_, name: string | undefined, parts: string | undefined, root: string, path: string) => {
      const keys = [...aliases.get(root)!, ...path.slice(1).split('.')];
      if (name) aliases.set(name, keys);
      for (const part of parts?.split(', ') ?? []) aliases.set(part, [...keys, part]);
      return '';
    },
  );
  return Array.from(rest.matchAll(usePattern([...aliases.keys()])), ([, name, path]) =>
    [...aliases.get(name!)!, ...path!.slice(1).split('.')].filter(Boolean).join('\0'),
  ).filter(Boolean);
}

const isUsed = (path: string, uses: readonly string[]) =>
  uses.some((use) => `${path}\0`.startsWith(`${use}\0`) || use.startsWith(`${path}\0`));

const folder = new URL('..', import.meta.url);
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter(
  (path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.test.ts'),
);

it('findUses finds whole paths, short names and groups', () => {
  const uses = findUses(
    'const words = t.feed.select; const { asked } = t.friends.announcements;\n {words.all} {asked(name)} {...t.feed.empty} {t.nav[name]} {other.words.end} {t.feed.end.length}',
  );
  const hasUse = (path: string) => isUsed(path.replaceAll('.', '\0'), uses);
  expect(
    [
      'feed.select.all',
      'friends.announcements.asked',
      'feed.empty.mine.title',
      'nav.mine',
      'feed.end',
    ].filter(hasUse),
  ).toHaveLength(5);
  expect(
    ['feed.select.end', 'friends.announcements.friends', 'feed.endless', 'name'].filter(hasUse),
  ).toEqual([]);
});

it('each text is used', () => {
  const uses = sources.flatMap((path) => findUses(readFileSync(new URL(path, folder), 'utf8')));
  expect(
    pathsOf({
      ...t,
      albumTexts,
      blocks,
      developers,
      linkTexts,
      passwordRecovery,
      downloadTexts,
      ruleTexts,
      sharedTexts,
    })
      .filter((path) => !isUsed(path, uses))
      .map((path) => path.replaceAll('\0', '.')),
  ).toEqual([]);
});
