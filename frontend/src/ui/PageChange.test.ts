// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { announcer, pageError } from './announce.svelte';
import PageChange from './PageChange.svelte';

let main: HTMLElement;
beforeEach(() => {
  document.body.innerHTML = '<main id="main" tabindex="-1"><input></main><button></button>';
  main = document.getElementById('main')!;
});
afterEach(cleanup);

/** Opens a page as UserPages does: each page has an instance of its own. */
function open(page: string, name = ''): void {
  cleanup();
  render(PageChange, { page, name });
}

it('the first page gets no focus, the next one does and is announced', async () => {
  open('feed', 'Feed');
  await Promise.resolve();
  expect(document.activeElement).not.toBe(main);
  open('mine', 'Mine');
  await vi.waitFor(() => expect(document.activeElement).toBe(main));
  expect(announcer.text).toBe('Mine');
});

it('a field of the new page keeps its focus', async () => {
  open('feed', 'Feed');
  main.querySelector('input')!.focus();
  open('sign-in', 'Sign in');
  await vi.waitFor(() => expect(announcer.text).toBe('Sign in'));
  expect(document.activeElement).toBe(main.querySelector('input'));
});

it('the same page, after a sign-in for example, gets no focus again', async () => {
  open('public', 'Public');
  await vi.waitFor(() => expect(announcer.text).toBe('Public'));
  document.querySelector('button')!.focus();
  open('public', 'Public');
  await new Promise((resolve) => setTimeout(resolve));
  expect(document.activeElement).toBe(document.querySelector('button'));
});

it('a new page removes the error of the previous one', () => {
  pageError.text = 'This picture does not exist.';
  open('friends');
  expect(pageError.text).toBe('');
});
