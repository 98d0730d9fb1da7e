/** Sign-up, sign-in and the end of a session. */
export const auth = {
  signIn: 'Sign in',
  signUp: 'Create an account',
  email: 'E-mail',
  password: 'Password',
  passwordRule: 'At least 10 characters. Several words make a good password.',
  /** Labels of the button in a password field. They do not repeat the label of the field. */
  reveal: 'Show the characters',
  conceal: 'Hide the characters',
  show: 'Show',
  hide: 'Hide',
  firstName: 'First name',
  lastName: 'Last name (optional)',
  handle: 'Handle',
  handleRule:
    'Other people find you by your handle: 3 to 30 letters (a–z), digits, dots, dashes or underscores.',
  haveAccount: 'Already have an account?',
  noAccount: 'New here?',
  privacy:
    'We receive your password only when you choose it, over an encrypted connection. Signing in does not send it.',
  confirmTitle: 'Check your e-mail',
  confirmText: (email: string) => `We sent a code to ${email}. Enter it here to finish.`,
  code: 'Confirmation code',
  confirm: 'Confirm',
  resend: 'Send another code',
  resent: 'We sent another code.',
  notMine: 'Use another e-mail',
  forgotten: 'Forgot your password?',
  forgottenTitle: 'Choose a new password',
  forgottenText: 'Enter your e-mail. We send you a code to choose a new password.',
  sendCode: 'Send the code',
  /** Does not reveal whether there is an account. */
  resetText: (email: string) =>
    `If there is an account for ${email}, we sent a code to it. Enter the code and your new password.`,
  newPassword: 'New password',
  reset: 'Change the password',
  /** Shown if the first code confirmed the sign-up. */
  nowConfirmed:
    'Your e-mail is confirmed. We sent a second code for the new password. Enter it here.',
  backToSignIn: 'Back to signing in',
  profileTitle: 'Create your profile',
  profileText: 'Other people see your name and handle next to your pictures.',
  saveProfile: 'Continue',
  working: 'One moment…',
  welcome: (name: string) => `Welcome, ${name}.`,
  signedOut: 'You are signed out.',
  /** Messages at an empty field. */
  missing: {
    email: 'Enter your e-mail.',
    password: 'Enter your password.',
    code: 'Enter the code from the e-mail.',
    firstName: 'Enter your first name.',
    handle: 'Choose a handle.',
    other: 'Fill in this field.',
  },
  notAnEmail: 'Enter an e-mail address, such as name@example.org.',
  notAHandle:
    'A handle has 3 to 30 letters (a–z), digits, dots, dashes or underscores, and begins with a letter or digit.',
  notACode: 'The code consists of digits.',
  wrong: 'E-mail and password do not match.',
  exists: 'There is already an account with this e-mail. Sign in instead.',
  weakPassword: 'This password is too short. Use at least 10 characters.',
  wrongCode: 'This is not the code that we sent. Check it, or ask for another one.',
  oldCode: 'This code is no longer valid. Ask for another one.',
  tooMany: 'Too many attempts. Wait a few minutes, then try again.',
  invalid: 'A field of the form is not valid. Check each field.',
  ended: 'Your session has ended. Sign in again.',
  signInForPicture:
    'You cannot see this picture without signing in. It may be private, or it may have been deleted.',
  signInForPerson: 'Sign in or create an account to see this person.',
  again: {
    title: 'Your session has ended',
    text: (email: string) =>
      `Sign in again as ${email} to continue. This page keeps everything that you entered and all uploads.`,
    leave: 'Sign out',
  },
  everywhere: {
    title: 'Your sessions',
    text: 'Sign out here and in all other browsers, for example after you lose a phone. Live updates end within a minute. A browser that stays open can keep other access for up to one hour.',
    action: 'Sign out everywhere',
    sure: 'Sign out everywhere?',
    sureText: 'You need your password to sign in again, here too.',
    yes: 'Sign out everywhere',
    no: 'Stay signed in',
    done: 'You are signed out everywhere.',
    failed: 'Some browsers may still be signed in.',
  },
} as const;
