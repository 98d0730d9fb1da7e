// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { t } from '../../texts';
import { createTestCloud, jpeg } from '../test-cloud';
import { Uploads } from '../uploads.svelte';
import TrayPanel from './TrayPanel.svelte';
import { CLOSE_DELAY_MS } from './tray-rules';

vi.mock('../steps/preview', () => ({ createPreview: async () => null }));

let cloud: ReturnType<typeof createTestCloud>;
let uploads: Uploads;
vi.mock('../../app', () => ({ getApp: () => ({ uploads }) }));

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  cloud = createTestCloud();
  uploads = new Uploads({
    api: cloud.asApi,
    onPicture: () => undefined,
    isOnline: () => true,
    sendFile: cloud.sendFile,
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function renderTray({ isPhone = false } = {}) {
  const query = { matches: isPhone, addEventListener: vi.fn(), removeEventListener: vi.fn() };
  vi.stubGlobal('matchMedia', () => query);
  render(TrayPanel);
}

/** Adds files. The list shows them in this order. */
async function add(...names: string[]): Promise<void> {
  uploads.add(
    names.map((name, i) => jpeg(name, i)),
    'private',
  );
  for (const name of names) await cloud.callOf(name);
}

async function finish(...names: string[]): Promise<void> {
  for (const name of names) (await cloud.callOf(name)).finish();
  for (const picture of cloud.pictures.values()) picture.state = 'ready';
  await vi.waitFor(() => {
    for (const name of names)
      expect(uploads.items.find(({ file }) => file.name === name)?.state.name).toBe('ready');
  });
  await tick();
}

const tray = () => screen.getByRole('region', { name: t.upload.tray });
const bar = () => tray().querySelector<HTMLElement>('[aria-expanded]')!;
const isOpen = () => bar().getAttribute('aria-expanded') === 'true';
const waitForClose = () => vi.advanceTimersByTimeAsync(CLOSE_DELAY_MS + 100);

it('the tray is cleared some seconds after all pictures are ready', async () => {
  await add('a.jpg', 'b.jpg');
  renderTray();
  await finish('a.jpg');
  await waitForClose();
  expect(uploads.items).toHaveLength(2);
  await finish('b.jpg');
  expect(uploads.items).toHaveLength(2);
  await waitForClose();
  expect(uploads.items).toHaveLength(0);
});

it('the tray stays while the pointer is over it', async () => {
  await add('a.jpg');
  renderTray();
  await fireEvent.pointerEnter(tray(), { pointerType: 'mouse' });
  await finish('a.jpg');
  await waitForClose();
  expect(uploads.items).toHaveLength(1);
  await fireEvent.pointerLeave(tray());
  await waitForClose();
  expect(uploads.items).toHaveLength(0);
});

it('the tray stays while the focus is in it', async () => {
  await add('a.jpg');
  renderTray();
  bar().focus();
  await finish('a.jpg');
  await waitForClose();
  expect(uploads.items).toHaveLength(1);
  bar().blur();
  await tick();
  await waitForClose();
  expect(uploads.items).toHaveLength(0);
});

it('the tray stays if an upload failed or waits for an answer', async () => {
  await add('a.jpg');
  renderTray();
  uploads.add([new File(['Dear Julia, …'], 'letter.jpg')], 'private');
  await finish('a.jpg');
  await waitForClose();
  expect(uploads.items).toHaveLength(2);
});

it('failed uploads are listed first', async () => {
  await add('a.jpg', 'b.jpg');
  renderTray();
  const names = () =>
    within(tray())
      .getAllByRole('listitem')
      .map((row) => /\w+\.jpg/.exec(row.textContent)![0]);
  expect(names()).toEqual(['a.jpg', 'b.jpg']);
  uploads.add([new File(['Dear Julia, …'], 'letter.jpg')], 'private');
  await vi.waitFor(() => expect(names()).toEqual(['letter.jpg', 'a.jpg', 'b.jpg']));
});

it('the list is open on a desktop', async () => {
  await add('a.jpg');
  renderTray();
  expect(isOpen()).toBe(true);
});

it('the list opens on a phone only by a tap, and Escape returns the focus to the bar', async () => {
  await add('a.jpg');
  renderTray({ isPhone: true });
  expect(isOpen()).toBe(false);
  expect(screen.getByRole('progressbar', { name: t.upload.total })).toBeTruthy();
  await fireEvent.click(bar());
  expect(isOpen()).toBe(true);
  const cancel = screen.getByRole('button', { name: t.upload.cancelOf('a.jpg') });
  cancel.focus();
  await fireEvent.keyDown(cancel, { key: 'Escape' });
  expect(isOpen()).toBe(false);
  expect(document.activeElement).toBe(bar());
});
