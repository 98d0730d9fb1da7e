/** One person: their page, and what is said about pictures. */
export const people = {
  /** Heading of what a person shows. */
  pictures: 'Pictures',
  /** Stands for a name where only an id is known. */
  unknown: 'Somebody without a profile',
  loading: 'Loading this person…',
  failed: 'This person could not be loaded.',
  gone: {
    title: 'Nobody here',
    text: 'This person has no profile: they never made one, or they deleted their account.',
  },
  standingFailed: 'It is not known at the moment whether you are friends.',
  copyLink: 'Copy link to this page',
  copyFailed: 'The browser did not let us copy the link. You find it in the address bar.',
  edit: 'Change your profile',
  comments: {
    title: 'Comments',
    loading: 'Loading comments…',
    failed: 'The comments could not be loaded.',
    outdated: 'The comments may be out of date.',
    none: 'Nobody has written anything yet.',
    more: 'More comments',
    signInWhy: 'to read and write comments.',
    write: 'Write a comment',
    send: 'Send',
    keys: 'Enter sends, Shift and Enter begin a new line.',
    left: (n: number) => (n === 1 ? 'One character left' : `${n} characters left`),
    tooMany: (n: number) => (n === 1 ? 'One character too many' : `${n} characters too many`),
    sending: 'Sending…',
    notSent: 'Not sent.',
    sendAgain: 'Send again',
    takeBack: 'Back to the text',
    remove: 'Delete',
    removeOf: (name: string) => `Delete the comment by ${name}`,
    removed: 'The comment is deleted.',
    removeFailed: (why: string) => `The comment is still there. ${why}`,
    arrived: (name: string) => `${name} wrote a comment.`,
  },
  live: {
    away: 'Live updates are interrupted. What is new appears as soon as they are back, or when you reload.',
    tryNow: 'Try now',
  },
} as const;
