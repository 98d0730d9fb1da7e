import { expect, it } from 'vitest';
import type { Link } from '../api/album-types';
import {
  expiryChoices,
  findProblem,
  initialValues,
  settingsOf,
  type LinkFormValues,
} from './link-form';

const NOW = Date.UTC(2026, 10, 29, 12);
const LINK: Link = {
  id: '1',
  albumId: 'oslo',
  name: 'Family',
  expiresAt: '2026-12-24T00:00:00Z',
  hasPassword: true,
  rights: { download: true, upload: true },
  review: true,
  visits: 0,
  lastVisitedAt: null,
  createdAt: '2026-11-01T00:00:00Z',
};

const settings = (changes: Partial<LinkFormValues>, link?: Link, isAlbum = true) =>
  settingsOf({ ...initialValues(link), ...changes }, { isAlbum, link, now: NOW });

it('a new link has only the rights that were chosen', () => {
  expect(settings({})).toEqual({ download: false, upload: false, review: false });
  expect(settings({ download: true }, undefined, false)).toEqual({ download: true });
  expect(settings({ upload: true, review: true, name: ' Oslo ', password: 'p' })).toEqual({
    name: 'Oslo',
    download: false,
    upload: true,
    review: true,
    password: 'p',
  });
});

it('a review needs uploads', () => {
  expect(settings({ upload: false, review: true })).toMatchObject({ review: false });
});

it('an unchanged form keeps the end and the password', () => {
  expect(settings({}, LINK)).toEqual({
    name: 'Family',
    download: true,
    upload: true,
    review: true,
  });
});

it('the name, the end and the password can be removed', () => {
  expect(settings({ name: ' ', expiry: 'never', passwordChoice: 'remove' }, LINK)).toMatchObject({
    name: null,
    expiresAt: null,
    password: null,
  });
});

it('an end is a time from now, or a local date', () => {
  expect(settings({ expiry: 'week' })).toMatchObject({ expiresAt: '2026-12-06T12:00:00.000Z' });
  const date = '2026-12-31T18:00';
  expect(settings({ expiry: 'date', date })).toMatchObject({
    expiresAt: new Date(2026, 11, 31, 18).toISOString(),
  });
});

it('only a link with an end can keep it', () => {
  expect(expiryChoices(undefined)).not.toContain('keep');
  expect(expiryChoices(LINK)).toContain('keep');
});

it('a missing date, a past date and a missing password are problems', () => {
  const problem = (changes: Partial<LinkFormValues>, link?: Link) =>
    findProblem({ ...initialValues(link), ...changes }, link, NOW);
  expect(problem({ expiry: 'date', date: '' })).toBe('date');
  expect(problem({ expiry: 'date', date: '2026-11-01T00:00' })).toBe('date');
  expect(problem({ expiry: 'date', date: '2027-11-01T00:00' })).toBeNull();
  expect(problem({ passwordChoice: 'change' }, LINK)).toBe('password');
  expect(problem({})).toBeNull();
});
