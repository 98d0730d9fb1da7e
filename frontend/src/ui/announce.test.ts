import { expect, it } from 'vitest';
import { announce, announcer } from './announce.svelte';

it('says the same sentence again', () => {
  announce('Saved.');
  const { times } = announcer;
  announce('Saved.');
  expect([announcer.text, announcer.times]).toEqual(['Saved.', times + 1]);
});
