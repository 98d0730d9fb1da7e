/** Texts about friends, requests, finding people and inviting them. */
export const friends = {
  title: 'Friends',
  text: 'Friends see the pictures that you show to friends, and you see theirs. Both of you have to agree.',
  find: {
    title: 'Find people',
    label: 'Name or handle',
    hint: (ownHandle: string) => `At least two letters. Your own handle is @${ownHandle}.`,
    submit: 'Find',
    searching: 'Searching…',
    tooShort: 'Type at least two letters of a name, or a handle.',
    none: 'Nobody was found. Ask the person for their handle, or send them your invitation link: people choose whether others can find them by name.',
    noneYet: 'Nobody was found so far. Show more, or type more of the name.',
    results: 'People found',
    /** Announced after a search. */
    count: (n: number, hasMore: boolean) => {
      if (hasMore)
        return n === 1 ? 'One person is listed so far.' : `${n} people are listed so far.`;
      return n === 1 ? 'One person found.' : `${n} people found.`;
    },
  },
  invite: {
    title: 'Invite somebody',
    text: 'Send this link to a person you know. It opens your page, where they can ask to be your friend after they sign in or create an account.',
    label: 'Your invitation link',
    copy: 'Copy the link',
    copyFailed: 'The browser did not allow copying. Select the link and copy it yourself.',
    share: 'Share the link',
    /** Title of the message in the share sheet. */
    shareTitle: (name: string) => `${name} on Albumen`,
  },
  loading: 'Loading your friends…',
  failed: 'Your friends could not be loaded.',
  lists: {
    invited: 'Requests you received',
    requested: 'Requests you sent',
    friends: 'Your friends',
  },
  alone: {
    title: 'No friends yet',
    text: 'Find people by their name or handle, or send them your invitation link.',
  },
  relation: {
    self: 'This is you.',
    stranger: 'You are not friends.',
    loading: 'Checking whether you are friends…',
    invited: (day: string) => `Sent you a request on ${day}`,
    requested: (day: string) => `You sent a request on ${day}`,
    friends: (day: string) => `Friends since ${day}`,
  },
  ask: 'Ask to be friends',
  accept: 'Accept',
  decline: 'Decline',
  withdraw: 'Withdraw',
  unfriend: 'Unfriend',
  confirmUnfriend: (name: string) =>
    `End the friendship with ${name}? You will no longer see each other’s pictures for friends.`,
  stayFriends: 'Stay friends',
  /** Name of a button for screen readers, where several people have the same buttons. */
  actionFor: (action: string, name: string) => `${action}: ${name}`,
  announcements: {
    asked: (name: string) => `You asked ${name} to be your friend.`,
    friends: (name: string) => `You and ${name} are friends now.`,
    declined: (name: string) => `You declined the request of ${name}.`,
    withdrawn: (name: string) => `You withdrew your request to ${name}.`,
    unfriended: (name: string) => `You and ${name} are no longer friends.`,
  },
} as const;
