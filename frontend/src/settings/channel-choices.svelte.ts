import type { Api } from '../api/albumen';
import { messageOf } from '../api/errors';
import type { ActivityType, Channel, Choices, Profile } from '../api/types';
import { t } from '../texts';

/** The types of activity for which a member can choose channels. */
export const NOTIFICATION_TYPES = [
  'friend.requested',
  'friend.accepted',
  'comment.added',
  'picture.ready',
  'album.memberAdded',
  'album.picturesAdded',
  'album.picturesWaiting',
] as const satisfies readonly ActivityType[];
export const CHANNELS = ['live', 'push', 'email'] as const satisfies readonly Channel[];
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

interface Change {
  type: NotificationType;
  channel: Channel;
  enabled: boolean;
}

/** The member's channels for each type of notification. Saves each change at once. */
export class ChannelChoices {
  choices = $state.raw<Choices>({});
  state = $state<'idle' | 'saving' | 'saved'>('idle');
  error = $state<string | null>(null);

  #api: Pick<Api, 'getProfile' | 'changeProfile'>;
  #userId: string;
  /** The pending saves. Each starts after the previous one, because it writes all choices. */
  #queue: Promise<void> = Promise.resolve();
  #unsaved = 0;

  constructor(api: Pick<Api, 'getProfile' | 'changeProfile'>, profile: Profile) {
    this.#api = api;
    this.#userId = profile.id;
    this.choices = profile.notifications ?? {};
  }

  isEnabled(type: NotificationType, channel: Channel): boolean {
    return includesChannel(this.choices, type, channel);
  }

  set(type: NotificationType, channel: Channel, enabled: boolean): Promise<void> {
    const change = { type, channel, enabled };
    this.choices = applyChange(this.choices, change);
    this.state = 'saving';
    this.error = null;
    this.#unsaved += 1;
    this.#queue = this.#queue.then(() => this.#save(change));
    return this.#queue;
  }

  /** Applies a change to the stored choices, which another page may have changed meanwhile. */
  async #save(change: Change): Promise<void> {
    try {
      const profile = await this.#api.getProfile(this.#userId);
      const { handle, firstName, lastName } = profile;
      const notifications = applyChange(profile.notifications ?? {}, change);
      const names = { handle, firstName, lastName };
      const saved = await this.#api.changeProfile(this.#userId, { ...names, notifications });
      // Later changes on this page are newer than the reply.
      if (this.#unsaved === 1) this.choices = saved.notifications ?? notifications;
    } catch (error) {
      this.choices = applyChange(this.choices, { ...change, enabled: !change.enabled });
      this.error = t.settings.notifications.failed(messageOf(error));
    } finally {
      this.#unsaved -= 1;
      if (this.#unsaved === 0) this.state = this.error ? 'idle' : 'saved';
    }
  }
}

/** Returns whether a channel is chosen. Types without a choice use `live` alone. */
const includesChannel = (choices: Choices, type: NotificationType, channel: Channel) =>
  (choices[type] ?? ['live']).includes(channel);

function applyChange(choices: Choices, { type, channel, enabled }: Change): Choices {
  const channels = CHANNELS.filter((each) =>
    each === channel ? enabled : includesChannel(choices, type, each),
  );
  return { ...choices, [type]: channels };
}
