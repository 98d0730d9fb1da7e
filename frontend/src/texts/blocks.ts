/** Texts about blocking people. Imported by the parts that show them, which load later than `t`. */
export const blocks = {
  block: 'Block',
  blockPerson: (name: string) => `Block ${name}`,
  question: (name: string) => `Block ${name}?`,
  effects: [
    'You are no longer friends, and requests between you end.',
    'They see only your public pictures, and cannot comment on them.',
    'You do not see their comments on other people’s pictures, and their pictures leave your feed.',
    'They can no longer reach you with requests and comments. Albumen does not tell them.',
  ],
  working: 'Blocking…',
  blocked: (name: string) => `You blocked ${name}.`,
  relation: 'You blocked this person.',
  unblock: 'Unblock',
  unblockPerson: (name: string) => `Unblock ${name}`,
  unblocked: (name: string) => `You unblocked ${name}. You are not friends.`,
  list: {
    title: 'Blocked people',
    text: 'People whom you blocked cannot reach you. You can block a person on their page, or beside their comments.',
    none: 'You blocked nobody.',
    failed: 'The people whom you blocked could not be loaded.',
  },
} as const;
