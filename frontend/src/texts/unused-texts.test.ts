/** Every text is shown somewhere: what no view says any more goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { t } from '.';

/** The paths of all texts: `feed.empty.mine.title`. */
function pathsOf(texts: object, path: readonly string[] = []): string[] {
  return Object.entries(texts).flatMap(([key, text]) => {
    const here = [...path, key];
    return typeof text === 'object' && !Array.isArray(text)
      ? pathsOf(text, here)
      : [here.join('\0')];
  });
}

/** `const words = t.feed.select;` and `const { said } = t.friends;` give a path a shorter name. */
const ALIAS = /const (?:(\w+)|\{ ([\w, ]+) \}) = t((?:\.\w+)+);/g;
/** `t`, or what stands for it, and what follows; not `other.t`, but `...t.feed.empty`. */
const uses = (names: string[]) =>
  new RegExp(String.raw`(?<![\w$]|[^.]\.)(${names.join('|')})\b((?:\.['\w]+)*)`, 'g');

/** The paths that a source names. One that ends at a group stands for all that is in it: the rest is known only when it runs. */
function namedIn(source: string): string[] {
  const aliases = new Map([['t', [] as string[]]]);
  const rest = source.replace(
    ALIAS,
    (_, name: string | undefined, parts: string | undefined, path: string) => {
      const keys = path.slice(1).split('.');
      if (name) aliases.set(name, keys);
      for (const part of parts?.split(', ') ?? []) aliases.set(part, [...keys, part]);
      return '';
    },
  );
  return Array.from(rest.matchAll(uses([...aliases.keys()])), ([, name, path]) =>
    [...aliases.get(name!)!, ...path!.slice(1).split('.')].filter(Boolean).join('\0'),
  ).filter(Boolean);
}

const isNamed = (path: string, named: readonly string[]) =>
  named.some((name) => `${path}\0`.startsWith(`${name}\0`) || name.startsWith(`${path}\0`));

const folder = new URL('..', import.meta.url);
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter(
  (path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.test.ts'),
);

it('finds what is named by its whole path, by a shorter name, or with its group', () => {
  const named = namedIn(
    'const words = t.feed.select; const { said } = t.friends;\n {words.all} {said.asked(name)} {...t.feed.empty} {t.nav[name]} {other.words.end} {t.feed.end.length}',
  );
  const isUsed = (path: string) => isNamed(path.replaceAll('.', '\0'), named);
  expect(
    [
      'feed.select.all',
      'friends.said.asked',
      'feed.empty.mine.title',
      'nav.mine',
      'feed.end',
    ].filter(isUsed),
  ).toHaveLength(5);
  expect(['feed.select.end', 'friends.said.found', 'feed.endless', 'name'].filter(isUsed)).toEqual(
    [],
  );
});

it('each text is used', () => {
  const named = sources.flatMap((path) => namedIn(readFileSync(new URL(path, folder), 'utf8')));
  expect(
    pathsOf(t)
      .filter((path) => !isNamed(path, named))
      .map((path) => path.replaceAll('\0', '.')),
  ).toEqual([]);
});
