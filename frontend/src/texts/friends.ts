/** People and what they are to each other. */
export const friends = {
  title: 'Friends',
  text: 'Friends see the pictures that you show to friends, and you see theirs. Both of you have to agree.',
  findTitle: 'Find somebody',
  handleHint: (own: string) => `The name they chose for themselves here. Yours is @${own}.`,
  find: 'Find',
  loading: 'Loading your friends…',
  failed: 'Your friends could not be loaded.',
  lists: { invited: 'Requests to you', requested: 'Your open requests', friends: 'Your friends' },
  alone: {
    title: 'No friends yet',
    text: 'Ask for somebody’s handle, or tell them yours: then one of you finds the other here.',
  },
  standing: {
    self: 'This is you.',
    invited: (day: string) => `Asked you on ${day}`,
    requested: (day: string) => `You asked on ${day}`,
    friends: (day: string) => `Friends since ${day}`,
  },
  ask: 'Ask to be friends',
  accept: 'Accept',
  decline: 'Decline',
  withdraw: 'Withdraw',
  unfriend: 'Unfriend',
  unfriendSure: (name: string) =>
    `End the friendship with ${name}? You will no longer see each other’s pictures for friends.`,
  unfriendNo: 'Stay friends',
  /** What a button does, to whom, for those who hear one button after another. */
  to: (what: string, name: string) => `${what}: ${name}`,
  said: {
    found: (name: string) => `Found ${name}.`,
    asked: (name: string) => `You asked ${name}.`,
    friends: (name: string) => `You and ${name} are friends now.`,
    declined: (name: string) => `The request of ${name} is declined.`,
    withdrawn: (name: string) => `Your request to ${name} is withdrawn.`,
    unfriended: (name: string) => `You and ${name} are no longer friends.`,
  },
} as const;
