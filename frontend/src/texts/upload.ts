/** Sending pictures. */
import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
/** Rounded up: what is over a limit must not look like the limit. */
const megabytes = (bytes: number) => number(Math.ceil(bytes / 1e5) / 10);
const count = (n: number) => (n === 1 ? 'one picture' : `${n} pictures`);

export const upload = {
  title: 'Add pictures',
  choose: 'Choose pictures',
  take: 'Take a picture',
  drop: 'or drop or paste them anywhere on this page',
  limits: 'JPEG, HEIC, PNG, WebP, AVIF or GIF, up to 50 MB and 100 megapixels each.',
  who: 'Who can see them',
  visibility: { private: 'Only me', friends: 'My friends', public: 'Everyone' },
  dropOn: {
    private: 'Drop here to keep to yourself',
    friends: 'Drop here to show your friends',
    public: 'Drop here to show everyone',
  },
  /** What a picture from the clipboard is called. */
  pasted: 'Pasted picture',
  tray: 'Uploads',
  states: {
    checking: 'Looking at it…',
    waiting: 'Waiting',
    sending: (percent: number) => `Sending, ${percent} %`,
    paused: (percent: number) => (percent > 0 ? `Paused at ${percent} %` : 'Paused'),
    interrupted: {
      connection: (percent: number) => `No connection, ${percent} % sent. It goes on by itself.`,
      busy: (_percent: number) => 'The server is busy. It goes on by itself.',
    },
    duplicate: 'You already have this picture.',
    duplicateHere: 'This picture is here twice.',
    processing: 'Making the prints…',
    ready: 'Ready',
  },
  progress: (name: string) => `Progress of ${name}`,
  retryOf: (name: string) => `Try again: ${name}`,
  pauseOf: (name: string) => `Pause ${name}`,
  resumeOf: (name: string) => `Go on with ${name}`,
  cancelOf: (name: string) => `Cancel ${name}`,
  dismiss: (name: string) => `Dismiss ${name}`,
  wordingOf: (name: string, audience: string, caption: string) =>
    `${audience}. ${caption}: ${name}`,
  open: 'Open',
  openOf: (name: string) => `Open ${name}`,
  showIt: 'Show it',
  sendAnyway: 'Send anyway',
  sendAnywayOf: (name: string) => `Send anyway: ${name}`,
  leaveIt: 'Leave it',
  leaveItOf: (name: string) => `Leave it: ${name}`,
  all: {
    label: 'All uploads',
    pause: 'Pause all',
    resume: 'Go on with all',
    retry: (n: number) => (n === 1 ? 'Try the failed one again' : `Try the ${n} failed again`),
    cancel: 'Cancel all…',
    edit: 'Caption and audience…',
    sendAnyway: 'Send all anyway',
    leave: 'Leave them all',
  },
  clear: 'Clear the finished ones',
  onlyAnswers: (n: number) =>
    n === 1 ? 'Show only the one that needs you' : `Show only the ${n} that need you`,
  summary: (done: number, all: number) =>
    done === all ? (all === 1 ? 'Uploaded' : `${all} uploaded`) : `${done} of ${all} uploaded`,
  line: {
    percent: (percent: number) => `${percent} %`,
    paused: 'paused',
    offline: 'no connection, goes on by itself',
    processing: 'making the prints',
    failed: (n: number) => `${n} failed`,
    duplicates: (n: number) => (n === 1 ? '1 you already have' : `${n} you already have`),
    nothing: 'Nothing was uploaded',
    answer: 'Nothing is sent yet',
  },
  left: {
    lessThanAMinute: 'less than a minute left',
    minutes: (n: number) => (n === 1 ? 'about a minute left' : `about ${n} minutes left`),
  },
  total: 'Progress of all uploads',
  cancelAll: {
    title: 'Cancel the uploads?',
    text: (n: number) =>
      `${n === 1 ? 'One picture has' : `${n} pictures have`} not been sent yet. The files stay on your device.`,
    yes: 'Cancel the uploads',
    no: 'Go on',
  },
  edit: {
    titleOne: 'Caption and audience',
    titleAll: (n: number) => `Caption and audience of all ${n}`,
    captionAll: 'One caption for all of them',
    captionsDiffer: 'They have different captions. What you write here replaces them.',
    who: 'Who can see it',
    whoAll: 'Who can see them',
    mixed: 'They differ so far. Choose to show all of them to the same people.',
    saved: 'Saved.',
    failed: (reason: string) => `Caption and audience could not be saved. ${reason}`,
    failedLeft: (n: number, name: string, reason: string) =>
      `Caption and audience of ${n === 1 ? name : `${n} pictures`} could not be saved. ${reason}`,
  },
  said: {
    started: (n: number) => `Sending ${count(n)}.`,
    ready: (name: string) => `${name} is ready.`,
    failed: (name: string, reason: string) => `${name}: ${reason}`,
    failedMany: (n: number) => `${n} pictures could not be sent. The list of uploads says why.`,
    duplicates: (n: number) =>
      `You already have ${count(n)} of these. The list of uploads asks what to do.`,
    finished: (ready: number, failed: number) =>
      failed === 0
        ? `All done: ${count(ready)} uploaded.`
        : `Done: ${count(ready)} uploaded, ${failed} failed.`,
  },
  refused: {
    empty: 'This file is empty.',
    tooLarge: (bytes: number) =>
      `This file has ${megabytes(bytes)} MB; the limit is 50 MB. Export a smaller version and try again.`,
    tooManyPixels: (width: number, height: number) =>
      `This picture has ${number(width)} × ${number(height)} pixels; the limit is 100 megapixels and 32,767 pixels a side. Export a smaller version and try again.`,
    notPicture:
      'This is not a picture that can be shown. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF.',
    folder: 'The folder could not be read. Open it and choose the pictures in it.',
    unreadable: 'The browser could not read this file. Choose it again.',
  },
  lost: 'The connection broke. Your picture is still here: try again.',
  expired: 'The upload was refused. Try again.',
  slow: 'This takes longer than usual. It will appear under Mine as soon as it is ready.',
  verySlow: 'This takes very long. It will appear under Mine when it is ready.',
  removed: 'This picture was deleted meanwhile.',
  failedWithoutReason: 'This file could not be read as a picture. Try exporting it again.',
} as const;
