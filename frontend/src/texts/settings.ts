import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
/** Rounds up, so that pictures never appear to use no space. */
const gigabytes = (bytes: number) => number(Math.ceil(bytes / 1e8) / 10);

/** Texts of the settings: profile, finding by name, notifications, phones, account. */
export const settings = {
  loading: 'Loading your settings…',
  failed: 'Your settings could not be loaded.',
  profile: {
    title: 'Profile',
    save: 'Save profile',
    saving: 'Saving…',
    saved: 'Your profile is saved.',
    tryHandle: 'That handle is taken. Choose another one.',
  },
  findable: {
    title: 'Finding you',
    label: 'Let people find me by my name',
    explanation:
      'If this is on, every member who searches for the beginning of your name or handle finds your profile. If it is off, people need your whole handle or your invitation link.',
    failed: (reason: string) => `Your choice was not saved. ${reason}`,
    unknown: (reason: string) => `We could not check whether your choice was saved. ${reason}`,
  },
  /** State of a setting that is saved at once. */
  saveState: { idle: '', saving: 'Saving…', saved: 'Saved.' },
  notifications: {
    title: 'Notifications',
    text: 'Choose how you are notified. Each change is saved at once. Your notification list always shows everything.',
    event: 'Event',
    types: {
      'friend.requested': 'Somebody asks to be your friend',
      'friend.accepted': 'Somebody accepts your request',
      'comment.added': 'Somebody comments on your picture',
      'picture.ready': 'A friend adds a picture',
      'album.memberAdded': 'A friend adds you to an album',
      'album.picturesAdded': 'Somebody adds pictures to an album of yours',
      'album.picturesWaiting': 'Guests’ pictures wait for your approval',
    },
    channels: { live: 'While Albumen is open', push: 'Phone', email: 'E-mail' },
    /** Name of a checkbox for screen readers. */
    choice: (type: string, channel: string) => `${type}: ${channel}`,
    failed: (reason: string) => `Your choice was not saved. ${reason}`,
    hint: 'You get at most one e-mail an hour about a person’s pictures or a picture’s comments, and one a day about a person’s requests. Phones are notified if the app is installed on them.',
  },
  usage: {
    title: 'Your pictures',
    line: (pictures: number, maxPictures: number, bytes: number, maxBytes: number) =>
      `${number(pictures)} of ${number(maxPictures)} pictures, ${gigabytes(bytes)} of ${gigabytes(maxBytes)} GB`,
    failed: 'The number of your pictures could not be loaded.',
  },
  devices: {
    title: 'Phones with notifications',
    platforms: { apns: 'iPhone or iPad', fcm: 'Android phone' },
    numbered: (name: string, n: number) => `${name} ${n}`,
    remove: 'Stop notifications',
    removeOf: (name: string) => `Stop notifications: ${name}`,
    removed: (name: string) => `${name} gets no more notifications.`,
    failed: 'Your phones could not be loaded.',
  },
  account: {
    title: 'Delete your account',
    text: 'This deletes your pictures with their originals, your comments, your friendships and your profile. You cannot undo it. Backups keep deleted data for up to 35 days, and originals for 7.',
    open: 'Delete your account…',
    dialog: 'Delete your account for good?',
    listTitle: 'This is deleted, and you cannot restore it:',
    list: [
      'your pictures, with their originals',
      'the comments on your pictures',
      'your comments on other people’s pictures',
      'your friendships and your profile',
    ],
    confirm: (handle: string) => `Type your handle to confirm: ${handle}`,
    wrong: 'That is not your handle.',
    cancel: 'Keep my account',
    yes: 'Delete everything',
    working: 'Deleting…',
    done: 'Your account and everything in it are deleted.',
    partial: (reason: string) =>
      `${reason} Part of your account may already be deleted. Try again to delete the rest.`,
    refused: (reason: string) => `Your account is not deleted. ${reason}`,
  },
} as const;
