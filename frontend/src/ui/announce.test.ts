import { expect, it } from 'vitest';
import { announce, announcer } from './announce.svelte';

it('announces the same text again', () => {
  announce('Saved.');
  const { count } = announcer;
  announce('Saved.');
  expect([announcer.text, announcer.count]).toEqual(['Saved.', count + 1]);
});
