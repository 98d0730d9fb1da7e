import { expect, it, vi } from 'vitest';
import type { Link, LinkTarget, LinkWithAddress } from '../api/album-types';
import { NetworkError } from '../api/errors';
import { t } from '../texts';
import { Links } from './links.svelte';

const link = (id: string, details: Partial<Link> = { albumId: 'oslo' }) =>
  ({ id, ...details }) as Link;
const stored = [link('1'), link('2', { ownerId: 'anna', pictureId: 'fern' }), link('3')];

function createLinks(target: LinkTarget | null = null) {
  const withAddress = (id: string) => ({ ...link(id), url: '/s/x', token: 'x' }) as LinkWithAddress;
  const api = {
    links: vi.fn(async (cursor: string | null) =>
      cursor === null
        ? { items: stored.slice(0, 2), cursor: 'next' }
        : { items: stored.slice(2), cursor: null },
    ),
    createLink: vi.fn(async () => withAddress('new')),
    changeLink: vi.fn(async (id: string) => link(id, { name: 'Changed' })),
    revokeLink: vi.fn(async () => null),
    replaceAddress: vi.fn(async (id: string) => withAddress(id)),
  };
  return { api, links: new Links(api, target) };
}

const idsOf = ({ items }: Links) => items?.map(({ id }) => id).join();

it('reads the links of all pages, or those of an album or of a picture', async () => {
  const targets = [null, { albumId: 'oslo' }, { ownerId: 'anna', pictureId: 'fern' }];
  const found = [];
  for (const target of targets) {
    const { links } = createLinks(target);
    await links.load();
    found.push(idsOf(links));
  }
  expect(found).toEqual(['1,2,3', '1,3', '2']);
});

it('keeps no address of a new link or after a replacement', async () => {
  const { links } = createLinks();
  await links.load();
  expect((await links.create({ albumId: 'oslo' })).url).toBe('/s/x');
  expect((await links.replaceAddress('1')).url).toBe('/s/x');
  expect(idsOf(links)).toBe('new,1,2,3');
  expect(JSON.stringify(links.items)).not.toContain('/s/x');
  expect(links.items!.some((item) => 'token' in item)).toBe(false);
});

it('shows a changed link, and not a revoked one', async () => {
  const { links } = createLinks();
  await links.load();
  await links.change('1', { name: 'Changed' });
  await links.revoke('2');
  expect(idsOf(links)).toBe('1,3');
  expect(links.items![0]!.name).toBe('Changed');
});

it('reports a failed read', async () => {
  const { api, links } = createLinks();
  api.links.mockRejectedValueOnce(new NetworkError(null));
  await links.load();
  expect([links.items, links.error]).toEqual([null, t.errors.network]);
});
