/** The routes of developer keys. Only the settings import them. */
import type { Client } from './client';
import type { CreatedKey, KeyList } from './types';

/** Creates an object with a function for each route of developer keys. */
export const createKeysApi = ({ call }: Pick<Client, 'call'>) => ({
  keys: () => call<KeyList>('/keys'),
  /** The reply has the secret key, which no later one has. */
  createKey: (name: string) => call<CreatedKey>('/keys', { method: 'POST', body: { name } }),
  revokeKey: (id: string) =>
    call<{ id: string }>(`/keys/${encodeURIComponent(id)}`, { method: 'DELETE' }),
});
