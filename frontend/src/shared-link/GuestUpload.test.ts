// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { App } from '../app';
import { jpeg } from '../upload/test-cloud';
import { sharedTexts } from '../texts/shared-link';
import GuestUpload from './GuestUpload.svelte';
import { GuestUploads } from './guest-uploads.svelte';
import { SharedLink } from './shared-link.svelte';

vi.mock('../app', () => ({ getApp: () => ({ userId: null }) as unknown as App }));
const words = sharedTexts.add;
let guest: GuestUploads;

afterEach(() => {
  cleanup();
  guest.dispose();
  sessionStorage.clear();
});

function renderForm() {
  const call = vi.fn(() => new Promise<never>(() => undefined));
  guest = new GuestUploads(new SharedLink({ call }, 'token'));
  render(GuestUpload, { guest });
}

it('a name of spaces gets one sentence', async () => {
  renderForm();
  const field = screen.getByLabelText(words.name);
  await fireEvent.input(field, { target: { value: '  ' } });
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByText(words.nameMissing)).toBeTruthy();
  await fireEvent.input(field, { target: { value: 'Grace' } });
  expect(screen.queryByText(words.nameMissing)).toBeNull();
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByText(words.as('Grace'))).toBeTruthy();
});

it('each chosen picture has an optional caption, and the guest sends all of them', async () => {
  renderForm();
  guest.setName('Grace');
  guest.drafts.add([jpeg('a.jpg', 1), jpeg('b.jpg', 2)]);
  const label = `${words.drafts.caption}: b.jpg`;
  await fireEvent.input(await screen.findByLabelText(label), { target: { value: 'A fern' } });
  await fireEvent.click(screen.getByRole('button', { name: words.drafts.send(2) }));
  expect(guest.uploads.items.map(({ caption }) => caption)).toEqual(['', 'A fern']);
  expect(screen.queryByLabelText(label)).toBeNull();
});
