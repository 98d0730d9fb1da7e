/** Signing up and in, and how a session ends. */
export const auth = {
  signIn: 'Sign in',
  signUp: 'Create an account',
  email: 'E-mail',
  password: 'Password',
  passwordRule: 'At least 10 characters; a few words are better than one.',
  /** The button of a password field; it does not name the field, so that nobody who looks for the field finds the button. */
  reveal: 'Show what is typed',
  conceal: 'Hide what is typed',
  show: 'Show',
  hide: 'Hide',
  firstName: 'First name',
  lastName: 'Last name',
  handle: 'Handle',
  handleRule: 'How others find you: 3 to 30 letters, digits, dots or dashes.',
  haveAccount: 'Already have an account?',
  noAccount: 'New here?',
  privacy:
    'When you sign in, your password stays in this browser: it only proves that you know it. It is sent once, encrypted, when you choose it.',
  confirmTitle: 'Check your e-mail',
  confirmText: (email: string) => `We sent a code to ${email}. Enter it here to finish.`,
  code: 'Confirmation code',
  confirm: 'Confirm',
  resend: 'Send another code',
  resent: 'A new code is on its way.',
  notMine: 'Use another e-mail',
  forgotten: 'Forgotten your password?',
  forgottenTitle: 'A new password',
  forgottenText:
    'Tell us your e-mail, and we send you a code with which you choose a new password.',
  sendCode: 'Send the code',
  /** The same whether or not anybody signed up with that address: it must not tell. */
  resetText: (email: string) =>
    `If there is an account for ${email}, a code is on its way there. Enter it here, with the password you want from now on.`,
  newPassword: 'New password',
  reset: 'Change the password',
  /** The code was that of a sign-up that had never been finished. */
  nowConfirmed:
    'Your e-mail is confirmed now. We sent one more code, for the new password: enter that one.',
  backToSignIn: 'Back to signing in',
  profileTitle: 'Who are you?',
  profileText: 'Others see this beside the pictures that you show them.',
  saveProfile: 'Continue',
  working: 'One moment…',
  welcome: (name: string) => `Welcome, ${name}.`,
  signedOut: 'You are signed out.',
  /** What is wrong with a field, said at the field. */
  missing: {
    email: 'Enter your e-mail.',
    password: 'Enter your password.',
    code: 'Enter the code from the e-mail.',
    firstName: 'Enter your first name.',
    lastName: 'Enter your last name.',
    handle: 'Choose a handle.',
    other: 'Fill in this field.',
  },
  notAnEmail: 'This is not an e-mail address. It looks like name@example.org.',
  notAHandle:
    'A handle has 3 to 30 letters, digits, dots or dashes, and begins with a letter or digit.',
  notACode: 'The code has digits only.',
  wrong: 'E-mail and password do not match.',
  exists: 'There is already an account with this e-mail. Sign in instead.',
  weakPassword: 'This password is too short. Use at least 10 characters.',
  wrongCode: 'That is not the code we sent. Look again, or ask for another one.',
  oldCode: 'This code is no longer valid. Ask for another one.',
  tooMany: 'Too many attempts. Wait a few minutes, then try again.',
  invalid: 'Something in the form is not right. Check each field.',
  ended: 'Your session has ended. Sign in again.',
  signInForPicture:
    'You cannot see this picture without signing in. It may be private, or it may have been deleted.',
  again: {
    title: 'Your session has ended',
    text: (email: string) =>
      `Sign in again as ${email}: everything on this page is still there, and what was under way goes on.`,
    leave: 'Sign out',
  },
  everywhere: {
    title: 'Where you are signed in',
    text: 'This signs you out here and in every other browser, for example after losing a phone. Others notice at once when they are next opened; one that stays open can go on for an hour at most.',
    action: 'Sign out everywhere',
    sure: 'Sign out everywhere?',
    sureText: 'You will need your password to come back, here too.',
    yes: 'Sign out everywhere',
    no: 'Stay signed in',
    done: 'You are signed out everywhere.',
    failed: 'You are still signed in everywhere: this did not reach the server.',
  },
} as const;
