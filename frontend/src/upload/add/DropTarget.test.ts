// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { t } from '../../texts';
import DropTarget from './DropTarget.svelte';

const uploads = { add: vi.fn() };
const session = { mustSignInAgain: false };
vi.mock('../../app', () => ({ getApp: () => ({ uploads, session }) }));

const FILE = new File(['bytes'], 'ferns.jpg');

beforeEach(() => {
  uploads.add.mockClear();
  session.mustSignInAgain = false;
});
afterEach(cleanup);

/** Sends an event with a file to the page. */
async function fire(type: 'dragover' | 'drop' | 'paste', target: Element = document.body) {
  const data = { types: ['Files'], files: [FILE], items: [], dropEffect: 'copy' };
  const event = new Event(type, { bubbles: true, cancelable: true });
  const property = type === 'paste' ? 'clipboardData' : 'dataTransfer';
  Object.defineProperty(event, property, { value: data });
  target.dispatchEvent(event);
  await tick();
  return { event, data };
}

const area = () => screen.queryByText(t.upload.dropOn.public);

it('dropped and pasted files are added, and the area of a drop selects the audience', async () => {
  render(DropTarget);
  await fire('paste');
  expect(uploads.add).toHaveBeenLastCalledWith([FILE], 'private');
  await fire('dragover');
  await fire('drop', area()!);
  await vi.waitFor(() => expect(uploads.add).toHaveBeenLastCalledWith([FILE], 'public'));
  expect(area()).toBeNull();
});

it('files are not accepted while the session has ended', async () => {
  render(DropTarget);
  session.mustSignInAgain = true;
  const { event, data } = await fire('dragover');
  expect(area()).toBeNull();
  expect(data.dropEffect).toBe('none');
  const drop = await fire('drop');
  await fire('paste');
  await Promise.resolve();
  expect(uploads.add).not.toHaveBeenCalled();
  expect([event, drop.event].map(({ defaultPrevented }) => defaultPrevented)).toEqual([true, true]);
});
