/** The page of a share link, for its visitors and guests. */
const count = (n: number) => (n === 1 ? 'One picture' : `${n} pictures`);
const duration = (minutes: number) => {
  if (minutes < 1) return 'a minute';
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return hours === 1 ? 'an hour' : `${hours} hours`;
};

export const sharedTexts = {
  loading: 'Opening the link…',
  gone: {
    title: 'This link does not work',
    text: 'It has expired, or its owner has withdrawn it. Ask the person who sent it for a new one.',
  },
  failed: 'The link could not be opened.',
  untitledPicture: 'A picture',
  by: 'Shared by',
  count,
  password: {
    title: 'This link needs a password',
    text: 'The person who sent you the link has the password.',
    label: 'Password',
    open: 'Open',
    opening: 'Opening…',
    wrong: 'This password is wrong. Check it and try again.',
    blocked: (minutes: number) =>
      `There were too many wrong passwords. You can try again in ${duration(minutes)}.`,
    notAccepted: 'The password was accepted, but the link did not open. Try again.',
  },
  order: {
    label: 'Order',
    added: 'Newest first',
    taken: 'By date taken',
  },
  empty: {
    title: 'No pictures yet',
    text: 'Pictures appear here as soon as somebody adds them.',
    canAdd: 'Be the first to add some.',
  },
  pictures: 'Pictures',
  openPicture: (title: string) => `Open ${title}`,
  guest: (name: string) => `Added by ${name}`,
  add: {
    title: 'Add your pictures',
    text: 'You need no account. Your name appears beside your pictures.',
    position:
      'Before a JPEG, HEIC, AVIF or WebP leaves your device, the place where it was taken is removed.',
    name: 'Your name',
    nameMissing: 'Enter your name.',
    remember: 'Continue',
    as: (name: string) => `You add pictures as ${name}.`,
    rename: 'Change the name',
    drafts: {
      title: 'Ready to send',
      chosen: (n: number) => `${count(n)} chosen. Add captions, then send.`,
      caption: 'Caption (optional)',
      remove: (name: string) => `Do not send ${name}`,
      send: (n: number) => (n === 1 ? 'Send the picture' : `Send ${n} pictures`),
    },
    list: 'Your uploads',
    total: 'Progress of all uploads',
    retryAll: (n: number) => (n === 1 ? 'Try the failed one again' : `Try ${n} failed ones again`),
    arrived: (n: number, all: number) => `${n} of ${all} sent`,
    processing: 'Sent. The picture is being prepared…',
    ready: 'Added to the album.',
    waiting: 'Sent. It appears when the owner of the album has approved it.',
    clear: 'Clear this list',
    refused: {
      gone: 'This link does not work any more, so the picture was not sent.',
      locked: 'This link needs its password again. Enter it, then send the picture again.',
      changed: 'The link has changed. Try again.',
      tooLarge: 'This file is too large for the album. Export a smaller version and try again.',
      type: 'The album does not take this type of file. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF.',
      later: (minutes: number) =>
        `The album has taken many pictures lately. Try again in ${duration(minutes)}.`,
    },
  },
  own: {
    title: 'Pictures you sent',
    text: 'You can delete them for 24 hours, in this browser.',
    waiting: 'Waits for approval',
    processing: 'Being prepared',
    failed: 'Not readable as a picture',
    hidden: 'Not in the album',
    remove: 'Delete',
    removeOf: (title: string) => `Delete ${title}`,
    removeAll: 'Delete all of them',
    removing: 'Deleting…',
    notLoaded: (reason: string) => `Some pictures that you sent could not be loaded. ${reason}`,
    confirm: {
      title: 'Delete your pictures?',
      text: (n: number) => `${count(n)} that you sent will be deleted from the album for good.`,
      yes: 'Delete',
      no: 'Keep them',
    },
    removed: (n: number) => (n === 1 ? 'Your picture is deleted.' : `${n} pictures are deleted.`),
    notRemoved: (n: number, reason: string) =>
      n === 1
        ? `A picture could not be deleted. ${reason}`
        : `${n} pictures could not be deleted. ${reason}`,
  },
} as const;
