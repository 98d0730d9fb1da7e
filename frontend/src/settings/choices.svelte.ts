import type { Api } from '../api/albumen';
import { sentence } from '../api/errors';
import type { ActivityType, Channel, Choices, Profile } from '../api/types';
import { t } from '../texts';

export const KINDS = [
  'friend.requested',
  'friend.accepted',
  'comment.added',
  'picture.ready',
] as const satisfies readonly ActivityType[];
export const CHANNELS = ['live', 'push', 'email'] as const satisfies readonly Channel[];
export type Kind = (typeof KINDS)[number];

/** Of what I want to be told, and how: each change is kept at once. */
export class Told {
  choices = $state.raw<Choices>({});
  state = $state<'idle' | 'saving' | 'saved'>('idle');
  error = $state<string | null>(null);

  #api: Pick<Api, 'getProfile' | 'changeProfile'>;
  #me: string;
  /** One after the other: each is made of what the server has then, so that no page takes back what another has changed. */
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(api: Pick<Api, 'getProfile' | 'changeProfile'>, profile: Profile) {
    this.#api = api;
    this.#me = profile.id;
    this.choices = profile.notifications ?? {};
  }

  wants(kind: Kind, channel: Channel): boolean {
    return has(this.choices, kind, channel);
  }

  choose(kind: Kind, channel: Channel, wanted: boolean): Promise<void> {
    this.choices = changed(this.choices, kind, channel, wanted);
    this.state = 'saving';
    this.error = null;
    this.#waiting += 1;
    this.#queue = this.#queue.then(() => this.#save(kind, channel, wanted));
    return this.#queue;
  }

  async #save(kind: Kind, channel: Channel, wanted: boolean): Promise<void> {
    try {
      const {
        handle,
        firstName,
        lastName,
        notifications = {},
      } = await this.#api.getProfile(this.#me);
      const choices = changed(notifications, kind, channel, wanted);
      const profile = await this.#api.changeProfile(this.#me, {
        handle,
        firstName,
        lastName,
        notifications: choices,
      });
      // What is still waiting here counts more than the reply.
      if (this.#waiting === 1) this.choices = profile.notifications ?? choices;
    } catch (error) {
      this.choices = changed(this.choices, kind, channel, !wanted);
      this.error = t.settings.told.failed(sentence(error));
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.state = this.error ? 'idle' : 'saved';
    }
  }
}

/** What is not named is told live. */
const has = (choices: Choices, kind: Kind, channel: Channel) =>
  (choices[kind] ?? ['live']).includes(channel);

function changed(choices: Choices, kind: Kind, channel: Channel, wanted: boolean): Choices {
  return {
    ...choices,
    [kind]: CHANNELS.filter((each) => (each === channel ? wanted : has(choices, kind, each))),
  };
}
