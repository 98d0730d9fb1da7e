/** Texts of albums. They are outside of `t`, so that they load with the pages that use them. */
import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
const pictures = (n: number) => (n === 1 ? 'one picture' : `${n} pictures`);

export const albumTexts = {
  title: 'Albums',
  text: 'An album collects pictures of several people. You decide who sees it and who adds to it.',
  loading: 'Loading your albums…',
  failed: 'Your albums could not be loaded.',
  none: {
    title: 'No albums yet',
    text: 'Create an album, then select pictures in any list and add them to it.',
  },
  count: (n: number) => {
    if (n === 0) return 'No pictures';
    return n === 1 ? 'One picture' : `${n} pictures`;
  },
  by: (name: string) => `by ${name}`,
  roles: {
    owner: 'Your album',
    curator: 'Curator',
    contributor: 'Contributor',
    viewer: 'Viewer',
  },
  create: 'New album',
  smart: {
    create: 'New smart album',
    label: 'Smart album',
    text: 'A rule decides which pictures are in this album.',
    rule: 'Rule',
    edit: 'Edit the rule',
    empty: {
      title: 'No picture matches yet',
      text: 'Pictures appear here as soon as the rule is true for them.',
    },
    progress: {
      started: 'Looking through your pictures.',
      running: (read: number) => `Looking through your pictures: ${number(read)} read so far.`,
      full: 'This album shows the newest 10,000 matches.',
      failure: (message: string, line: number, column: number) =>
        `Your rule fails for some pictures, for example this one: ${message} (line ${line}, column ${column})`,
      showFailing: 'Show the picture',
      correct: 'Correct the rule',
      skipped: 'A picture is already in 50 albums, so this album cannot take it.',
      showSkipped: 'Show the picture in 50 albums',
    },
    sharing:
      'The rule of this album uses where your pictures were taken, so share the album only with people who may know that.',
  },
  form: {
    createTitle: 'New album',
    editTitle: 'Edit the album',
    title: 'Title',
    titleMissing: 'Enter a title.',
    description: 'Description (optional)',
    visibility: 'Who sees the album',
    create: 'Create the album',
    saving: 'Saving…',
    saved: 'The album is saved.',
    created: (title: string) => `The album “${title}” is created.`,
  },
  meaning: {
    private: 'You, the members, and everyone who has a share link.',
    friends: 'Also all of your friends.',
    public: 'Everyone, including people who are not signed in.',
  },
  visibility: { private: 'Members', friends: 'My friends', public: 'Everyone' },
  album: {
    loading: 'Loading the album…',
    failed: 'The album could not be loaded.',
    missing: {
      title: 'No such album',
      text: 'This album does not exist, or its owner does not show it to you.',
    },
    pictures: 'Pictures of the album',
    order: 'Order',
    orders: { added: 'Newest first', taken: 'By date taken' },
    empty: {
      title: 'The album is empty',
      text: 'Nobody has added a picture yet.',
      add: 'Select pictures in one of your lists, and choose “Add to album”.',
      choose: 'Choose pictures',
    },
    share: 'Share',
    members: 'Members',
    edit: 'Edit',
    leave: 'Leave the album',
  },
  remove: {
    action: 'Delete the album',
    title: (title: string) => `Delete “${title}”?`,
    text: 'The album disappears for everyone, and its share links stop working. No picture is deleted.',
    yes: 'Delete the album',
    no: 'Keep it',
    working: 'Deleting the album…',
    done: (title: string) => `The album “${title}” is deleted.`,
  },
  leave: {
    title: (title: string) => `Leave “${title}”?`,
    text: 'You no longer see the album, unless its owner shows it to you in another way. The pictures that you added leave the album with you.',
    yes: 'Leave the album',
    no: 'Stay',
    working: 'Leaving the album…',
    done: (title: string) => `You left “${title}”.`,
  },
  cover: {
    action: 'Use as cover',
    done: 'The album has a new cover.',
  },
  add: {
    action: 'Add to album',
    title: (n: number) => `Add ${pictures(n)} to an album`,
    own: (others: number) =>
      others === 1
        ? 'You can only add your own pictures. One picture of another person is left out.'
        : `You can only add your own pictures. ${others} pictures of other people are left out.`,
    choose: 'Your albums',
    none: 'You have no album yet. Create one here.',
    newTitle: 'Title of a new album',
    newAction: 'Create and add',
    creating: 'Creating the album…',
    adding: (finished: number, total: number) => `Adding ${finished} of ${total}…`,
    added: (n: number, title: string) =>
      n === 1 ? `The picture is in “${title}”.` : `${n} pictures are in “${title}”.`,
    refused: (refused: number, total: number, title: string, reasons: string) =>
      total === 1
        ? `The picture was not added to “${title}”. ${reasons}`
        : `${refused} of ${total} pictures were not added to “${title}”. ${reasons}`,
    open: 'Open the album',
  },
  take: {
    action: 'Remove from album',
    done: (n: number) =>
      n === 1
        ? 'The picture is no longer in the album.'
        : `${n} pictures are no longer in the album.`,
    restored: (n: number) =>
      n === 1 ? 'The picture is in the album again.' : `${n} pictures are in the album again.`,
    refused: (refused: number, total: number, reasons: string) =>
      total === 1
        ? `The picture is still in the album. ${reasons}`
        : `${refused} of ${total} pictures are still in the album. ${reasons}`,
  },
  members: {
    title: 'Members',
    loading: 'Loading the members…',
    failed: 'The members could not be loaded.',
    none: 'Nobody else is a member yet.',
    owner: 'Owner',
    you: (name: string) => `${name} (you)`,
    role: (name: string) => `Role of ${name}`,
    roles: {
      viewer: 'Viewer: sees the album',
      contributor: 'Contributor: also adds pictures',
      curator: 'Curator: also manages pictures and members',
    },
    roleOfNew: 'Role of the new members',
    remove: 'Remove',
    removeOne: (name: string) => `Remove ${name} from the album`,
    removed: (name: string) => `${name} is no longer a member.`,
    changed: (name: string, role: string) => `${name} has a new role: ${role}.`,
    add: 'Add friends',
    addText: 'Only your friends can become members.',
    friends: 'Your friends',
    noFriends: 'All of your friends are members, or you have no friends yet.',
    friendsLoading: 'Loading your friends…',
    friendsFailed: 'Your friends could not be loaded.',
    addChosen: (n: number) => {
      if (n === 0) return 'Add';
      return n === 1 ? 'Add one person' : `Add ${n} people`;
    },
    adding: 'Adding…',
    added: (n: number) => (n === 1 ? 'One person was added.' : `${n} people were added.`),
    notAdded: (failed: number, total: number, reason: string) =>
      total === 1
        ? `The person was not added. ${reason}`
        : `${failed} of ${total} people were not added. ${reason}`,
  },
  notices: {
    label: 'Notify me of pictures',
    on: 'You are notified of new pictures in this album.',
    off: 'You are no longer notified of pictures in this album.',
    failed: (reason: string) => `Your choice was not saved. ${reason}`,
  },
  review: {
    title: 'Pictures of guests',
    text: (n: string) =>
      `${n} from guests wait for your decision. Only you and the curators see them.`,
    smart: 'The album is a smart album now, so you can only reject them.',
    waiting: (n: number, hasMore: boolean) => {
      if (hasMore) return `More than ${n} pictures`;
      return n === 1 ? 'One picture' : `${n} pictures`;
    },
    failed: 'The pictures of guests could not be loaded.',
    from: (name: string) => `from ${name}`,
    guest: 'a guest',
    one: (title: string, guest: string) => `${title}, from ${guest}`,
    picture: (number: number) => `Picture ${number}`,
    all: 'Select all',
    none: 'Select none',
    approve: (n: number) => (n === 0 ? 'Approve' : `Approve ${n}`),
    reject: (n: number) => (n === 0 ? 'Reject' : `Reject ${n}`),
    confirmReject: {
      title: (n: number) => (n === 1 ? 'Reject the picture?' : `Reject ${n} pictures?`),
      text: 'Rejected pictures are deleted for good, unless another album contains them.',
      no: 'Keep waiting',
    },
    working: 'Saving your decision…',
    approved: (n: number) =>
      n === 1 ? 'The picture is in the album.' : `${n} pictures are in the album.`,
    rejected: (n: number) => (n === 1 ? 'The picture is rejected.' : `${n} pictures are rejected.`),
    refused: (refused: number, total: number, reasons: string) =>
      `${refused} of ${total} still wait. ${reasons}`,
  },
} as const;
