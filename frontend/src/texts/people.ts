/** The page of one person. */
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
} as const;
