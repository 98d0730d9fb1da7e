/** The routes of rules and smart albums. Only the page of a rule imports them. */
import type { Client } from './client';
import type { Album, AlbumChange, Evaluation, NewAlbum, RuleToEvaluate } from './types';

/** Creates an object with a function for each route of rules and smart albums. */
export const createRulesApi = ({ call }: Pick<Client, 'call'>) => ({
  /** An error in the rule is part of the reply. */
  evaluate: (body: RuleToEvaluate, signal: AbortSignal) =>
    call<Evaluation>('/rules/evaluate', { method: 'POST', body, signal }),
  createSmartAlbum: (body: NewAlbum) => call<Album>('/albums', { method: 'POST', body }),
  changeSmartAlbum: (id: string, body: AlbumChange) =>
    call<Album>(`/albums/${encodeURIComponent(id)}`, { method: 'PATCH', body }),
});

export type RulesApi = ReturnType<typeof createRulesApi>;
