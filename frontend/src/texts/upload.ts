import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
/** Rounds up, so that a file above the limit never appears to be at the limit. */
const megabytes = (bytes: number) => number(Math.ceil(bytes / 1e5) / 10);
const count = (n: number) => (n === 1 ? 'one picture' : `${n} pictures`);

/** Adding pictures, and the list of uploads. */
export const upload = {
  title: 'Add pictures',
  choose: 'Choose pictures',
  take: 'Take a picture',
  drop: 'or drop or paste them anywhere on this page',
  limits: 'JPEG, HEIC, PNG, WebP, AVIF or GIF, up to 50 MB and 100 megapixels each.',
  who: 'Who can see them',
  visibility: { private: 'Only me', friends: 'My friends', public: 'Everyone' },
  dropOn: {
    private: 'Drop here to show only to you',
    friends: 'Drop here to show your friends',
    public: 'Drop here to show everyone',
  },
  /** The file name of a picture from the clipboard. */
  pasted: 'Pasted picture',
  tray: 'Uploads',
  states: {
    checking: 'Checking the file…',
    waiting: 'Waiting',
    sending: (percent: number) => `Sending, ${percent} %`,
    paused: (percent: number) => (percent > 0 ? `Paused at ${percent} %` : 'Paused'),
    interrupted: {
      connection: (percent: number) =>
        `No connection, ${percent} % sent. The upload continues when you are online.`,
      busy: (_percent: number) => 'The server is busy. The upload continues in a moment.',
    },
    duplicate: 'You already have this picture.',
    duplicateHere: 'You added this file twice.',
    processing: 'Preparing the picture…',
    ready: 'Ready',
  },
  progress: (name: string) => `Progress of ${name}`,
  retryOf: (name: string) => `Try again: ${name}`,
  pauseOf: (name: string) => `Pause ${name}`,
  resumeOf: (name: string) => `Continue ${name}`,
  cancelOf: (name: string) => `Cancel ${name}`,
  dismiss: (name: string) => `Remove ${name} from the list`,
  detailsOf: (name: string, visibility: string, caption: string) =>
    `${visibility}. ${caption}: ${name}`,
  open: 'Open',
  openOf: (name: string) => `Open ${name}`,
  showDuplicate: 'Show it',
  sendAnyway: 'Send anyway',
  sendAnywayOf: (name: string) => `Send anyway: ${name}`,
  skip: 'Do not send',
  skipOf: (name: string) => `Do not send: ${name}`,
  all: {
    label: 'All uploads',
    pause: 'Pause all',
    resume: 'Continue all',
    retry: (n: number) => `Try ${n} failed uploads again`,
    cancel: 'Cancel all…',
    edit: 'Caption and audience…',
    sendAnyway: 'Send all duplicates',
    skip: 'Send no duplicates',
  },
  clear: 'Remove finished uploads from this list',
  onlyUrgent: (n: number) =>
    n === 1
      ? 'Show only the failed or duplicate one'
      : `Show only the ${n} failed or duplicate ones`,
  summary: (done: number, all: number) => {
    if (done < all) return `${done} of ${all} uploaded`;
    return all === 1 ? 'Uploaded' : `${all} uploaded`;
  },
  line: {
    percent: (percent: number) => `${percent} %`,
    paused: 'paused',
    offline: 'interrupted, continues automatically',
    processing: 'preparing the pictures',
    failed: (n: number) => `${n} failed`,
    duplicates: (n: number) => (n === 1 ? '1 duplicate' : `${n} duplicates`),
    nothing: 'Nothing was uploaded',
    undecided: 'Waiting for your decision',
  },
  timeLeft: {
    lessThanAMinute: 'less than a minute left',
    minutes: (n: number) => (n === 1 ? 'about a minute left' : `about ${n} minutes left`),
  },
  total: 'Progress of all uploads',
  cancelAll: {
    title: 'Cancel the uploads?',
    text: (n: number) =>
      `${n === 1 ? 'One picture has' : `${n} pictures have`} not been sent yet. The files stay on your device.`,
    yes: 'Cancel the uploads',
    no: 'Keep uploading',
  },
  edit: {
    titleOne: 'Caption and audience',
    titleAll: (n: number) => `Caption and audience of all ${n}`,
    captionAll: 'One caption for all of them',
    captionsDiffer: 'The pictures have different captions. Your text here replaces them.',
    who: 'Who can see it',
    whoAll: 'Who can see them',
    mixed: 'The pictures have different audiences. A choice here applies to all of them.',
    saved: 'Saved.',
    failed: (reason: string) => `Caption and audience could not be saved. ${reason}`,
    failedAfterwards: (n: number, name: string, reason: string) =>
      `Caption and audience of ${n === 1 ? name : `${n} pictures`} could not be saved. ${reason}`,
  },
  announcements: {
    started: (n: number) => `Sending ${count(n)}.`,
    ready: (name: string) => `${name} is ready.`,
    failed: (name: string, reason: string) => `${name}: ${reason}`,
    failedMany: (n: number) =>
      `${n} pictures could not be sent. Open the list of uploads for the reasons.`,
    duplicates: (n: number) =>
      `You already have ${n === 1 ? 'one' : n} of these pictures. Open the list of uploads and decide what to send.`,
    finished: (ready: number, failed: number) =>
      failed === 0
        ? `All done: ${count(ready)} uploaded.`
        : `Done: ${count(ready)} uploaded, ${failed} failed.`,
  },
  refused: {
    empty: 'This file is empty. Choose another file.',
    tooLarge: (bytes: number) =>
      `This file is ${megabytes(bytes)} MB; the limit is 50 MB. Export a smaller version and try again.`,
    tooManyPixels: (width: number, height: number) =>
      `This picture has ${number(width)} × ${number(height)} pixels; the limit is 100 megapixels and 32,767 pixels a side. Export a smaller version and try again.`,
    notPicture:
      'This file is not a supported picture. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF.',
    folder: 'The folder could not be read. Open it and choose the pictures in it.',
    unreadable: 'The browser could not read this file. Choose it again.',
  },
  lost: 'The connection was lost. Your picture is still on this page. Try again.',
  expired: 'The upload was refused. Try again.',
  slow: 'This takes longer than usual. The picture will appear under Mine when it is ready.',
  verySlow: 'This takes very long. The picture will appear under Mine when it is ready.',
  removed: 'This picture was deleted before it was ready.',
  failedWithoutReason: 'This file could not be read as a picture. Export it again and retry.',
} as const;
