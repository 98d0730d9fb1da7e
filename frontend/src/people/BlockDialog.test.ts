// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import { t } from '../texts';
import { blocks } from '../texts/blocks';
import BlockDialog from './BlockDialog.svelte';

const api = { block: vi.fn(async () => ({ id: 'ada', blocked: true })) };
const library = { expire: vi.fn() };
vi.mock('../app', () => ({ getApp: () => ({ api, library }) }));

beforeAll(() => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

function renderDialog() {
  const handlers = { onblocked: vi.fn(), onclose: vi.fn() };
  render(BlockDialog, { id: 'ada', name: 'Ada Lovelace', ...handlers });
  return handlers;
}

it('says what a block does before it blocks', async () => {
  const { onblocked, onclose } = renderDialog();
  expect(screen.getByText(blocks.question('Ada Lovelace'))).toBeTruthy();
  for (const effect of blocks.effects) expect(screen.getByText(effect)).toBeTruthy();
  expect(api.block).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByText(blocks.block));
  await vi.waitFor(() => expect(onblocked).toHaveBeenCalledOnce());
  expect(api.block).toHaveBeenCalledExactlyOnceWith('ada');
  expect(onclose).toHaveBeenCalledOnce();
  expect(library.expire).toHaveBeenCalledOnce();
});

it('a cancelled dialog blocks nobody', async () => {
  const { onblocked, onclose } = renderDialog();
  await fireEvent.click(screen.getByText(t.words.cancel));
  expect(onclose).toHaveBeenCalledOnce();
  expect(api.block).not.toHaveBeenCalled();
  expect(onblocked).not.toHaveBeenCalled();
});

it('a failure is shown in the open dialog', async () => {
  api.block.mockRejectedValueOnce(new NetworkError(null));
  const { onblocked, onclose } = renderDialog();
  await fireEvent.click(screen.getByText(blocks.block));
  expect(await screen.findByText(t.errors.network)).toBeTruthy();
  expect(onclose).not.toHaveBeenCalled();
  expect(onblocked).not.toHaveBeenCalled();
});
