/** Lists of pictures. */
export const feed = {
  loading: 'Loading pictures…',
  more: 'Loading more…',
  failed: 'The pictures could not be loaded.',
  end: 'You have reached the end.',
  empty: {
    feed: {
      title: 'No pictures yet',
      text: 'Your pictures, your friends’ pictures and all public pictures appear here.',
    },
    public: {
      title: 'No public pictures yet',
      text: 'Pictures that members show to everyone appear here.',
    },
    mine: {
      title: 'You have no pictures yet',
      text: 'Choose a few pictures, or drop them anywhere on this page.',
    },
    people: {
      title: 'No pictures yet',
      text: 'This person has not shown you any pictures yet.',
    },
  },
  loaded: (n: number) => (n === 1 ? 'One picture.' : `${n} pictures.`),
  newPictures: (n: number) => (n === 1 ? 'One new picture' : `${n} new pictures`),
  /** The states of a picture that is not ready. */
  state: {
    awaitingUpload: 'This upload did not finish. Remove it and upload the picture again.',
    processing: 'Processing…',
    failed: 'This file could not be read as a picture.',
  },
  remove: 'Remove',
  select: {
    start: 'Select',
    label: 'Selected pictures',
    one: (title: string) => `Select ${title}`,
    count: (n: number) => `${n} selected`,
    all: 'Select all loaded pictures',
    end: 'Stop selecting',
    visibility: 'Who can see them',
    remove: 'Delete',
    changing: (finished: number, total: number) => `Changing ${finished} of ${total}…`,
    changed: (n: number, meaning: string) =>
      n === 1
        ? `One picture changed. Who can see it: ${meaning}`
        : `${n} pictures changed. Who can see them: ${meaning}`,
    failed: (failed: number, total: number, reason: string) =>
      `${failed} of ${total} could not be changed. ${reason}`,
  },
} as const;
