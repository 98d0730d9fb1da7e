/** Lists of pictures. */
export const feed = {
  loading: 'Loading pictures…',
  more: 'Loading more…',
  failed: 'The pictures could not be loaded.',
  end: 'That is all.',
  empty: {
    feed: {
      title: 'Nothing here yet',
      text: 'Your own pictures, those of your friends and those shown to everyone appear here.',
    },
    public: {
      title: 'No public pictures yet',
      text: 'As soon as somebody shows a picture to everyone, it hangs here.',
    },
    mine: {
      title: 'Your album is empty',
      text: 'Choose a few pictures, or drop them anywhere on this page.',
    },
    people: { title: 'Nothing to see here', text: 'Nothing that they show to you, so far.' },
  },
  loaded: (n: number) => (n === 1 ? 'One picture.' : `${n} pictures.`),
  /** Came in above what is on the screen. */
  arrived: (n: number) => (n === 1 ? 'One new picture' : `${n} new pictures`),
  state: {
    awaitingUpload: 'This upload did not finish. Remove it and send the picture again.',
    processing: 'Making the prints…',
    failed: 'This file could not be read as a picture.',
  },
  remove: 'Remove',
  select: {
    start: 'Select',
    label: 'Selected pictures',
    one: (title: string) => `Select ${title}`,
    count: (n: number) => `${n} selected`,
    all: 'Select all loaded',
    end: 'End selecting',
    visibility: 'Who can see them',
    remove: 'Delete',
    changing: (done: number, all: number) => `Changing ${done} of ${all}…`,
    changed: (n: number, meaning: string) =>
      n === 1 ? `One picture changed. ${meaning}` : `${n} pictures changed. ${meaning}`,
    failed: (failed: number, all: number, why: string) =>
      `${failed} of ${all} could not be changed. ${why}`,
  },
} as const;
