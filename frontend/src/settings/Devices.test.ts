// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Device, Page } from '../api/types';
import { t } from '../texts';
import Devices from './Devices.svelte';

const words = t.settings.devices;
const api = {
  devices: vi.fn(async (): Promise<Page<Device>> => ({ items: [], cursor: null })),
  deleteDevice: vi.fn(async (_id: string) => undefined),
};
vi.mock('../app', () => ({ getApp: () => ({ api }) }));

beforeEach(() => {
  document.body.innerHTML = '<main id="main" tabindex="-1"></main>';
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

function renderDevices(...platforms: Device['platform'][]) {
  const items = platforms.map((platform, i) => ({ id: `${i}`, platform }) as Device);
  api.devices.mockResolvedValueOnce({ items, cursor: null });
  render(Devices, {}, { baseElement: document.getElementById('main')! });
}

const removeButton = (name: string) =>
  screen.findByRole<HTMLButtonElement>('button', { name: words.removeOf(name) });

async function remove(name: string): Promise<void> {
  const button = await removeButton(name);
  button.focus();
  await fireEvent.click(button);
}

it('nothing is shown without devices', async () => {
  renderDevices();
  await vi.waitFor(() => expect(api.devices).toHaveBeenCalled());
  expect(screen.queryByRole('heading')).toBeNull();
});

it('devices of one platform are numbered, and each can be removed', async () => {
  renderDevices('apns', 'fcm', 'apns');
  await removeButton(words.numbered(words.platforms.apns, 1));
  await remove(words.numbered(words.platforms.apns, 2));
  expect(await removeButton(words.platforms.apns)).toBeTruthy();
  expect(api.deleteDevice).toHaveBeenCalledExactlyOnceWith('2');
});

it('after the removal of the last device, the page has the focus', async () => {
  renderDevices('fcm');
  await remove(words.platforms.fcm);
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('main'));
  expect(screen.queryByRole('heading')).toBeNull();
});

it('a failed removal is shown, and the device stays', async () => {
  api.deleteDevice.mockRejectedValueOnce(new NetworkError(null));
  renderDevices('fcm');
  await remove(words.platforms.fcm);
  expect(await screen.findByText(t.errors.network)).toBeTruthy();
  expect(document.activeElement).toBe(await removeButton(words.platforms.fcm));
});
