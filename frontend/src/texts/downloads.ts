import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
const count = (n: number) => (n === 1 ? 'one picture' : `${number(n)} pictures`);

/** The download of albums, and copies in one's own library. */
export const downloadTexts = {
  start: 'Download all',
  title: 'Download',
  progress: (done: number, total: number | null, size: string) =>
    total === null ? `${count(done)}, ${size}` : `${number(done)} of ${count(total)}, ${size}`,
  running: 'Keep this page open until the download is complete.',
  cancel: 'Cancel the download',
  done: (n: number) => `The download is complete: ${count(n)}.`,
  missing: (n: number) =>
    `${n === 1 ? 'One picture' : `${number(n)} pictures`} could not be loaded.`,
  cancelled: 'The download was cancelled.',
  nothing: 'There are no pictures to download.',
  failed: {
    network: 'The connection was lost. Check it and start the download again.',
    full: 'The device has too little free space for this download.',
    tooLarge: (megabytes: number) =>
      `This browser can only save downloads of up to ${number(megabytes)} MB. Use Chrome, Edge or a current Firefox or Safari, outside of a private window.`,
  },
  /** The name of a picture without a date and a caption. */
  picture: 'Picture',
  save: {
    action: 'Save to my library',
    saving: 'Saving…',
    saved:
      'A copy is being added to your library. You find it under Mine, and only you can see it.',
    failed: 'The picture was not saved. Try again.',
  },
} as const;
