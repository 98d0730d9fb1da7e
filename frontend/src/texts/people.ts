/** Texts of a person's page. */
export const people = {
  /** Heading of the pictures that a person shows. */
  pictures: 'Pictures',
  /** Used instead of a name if the person has no profile. */
  unknown: 'A person without a profile',
  loading: 'Loading this person…',
  failed: 'This person could not be loaded.',
  gone: {
    title: 'No such person',
    text: 'This person has no profile, or deleted their account. Check the link, or ask the person for a new one.',
  },
  relationFailed: 'We could not check whether you are friends.',
  copyLink: 'Copy link to this page',
  copyFailed: 'The browser did not allow copying. Copy the link from the address bar.',
  edit: 'Change your profile',
} as const;
