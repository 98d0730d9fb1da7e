/**
 * Texts about a forgotten password. They do not reveal whether there is an account. Imported by the
 * forms that show them, which load later than `t`.
 */
export const passwordRecovery = {
  /** The form for the address. */
  text: 'Enter your e-mail. We send you a code to choose a new password.',
  sendCode: 'Send the code',
  backToSignIn: 'Back to signing in',
  /** The form for the code and the new password. */
  reset: {
    text: (email: string) =>
      `If there is a confirmed account for ${email}, we sent a code to it. Enter the code and your new password.`,
    password: 'New password',
    action: 'Change the password',
    nowConfirmed:
      'Your e-mail is confirmed. We sent a second code to it. Enter that code and your new password.',
    noCode: 'No code? You may not have confirmed your e-mail after you signed up.',
    sendSignUpCode: 'Finish your sign-up',
  },
  /** The form for the code of the sign-up. */
  signUp: {
    title: 'Finish your sign-up',
    text: (email: string) =>
      `If the sign-up with ${email} is not finished, we sent its code again. Enter it to confirm your e-mail. Then choose a new password.`,
    noCode: 'No code? Your e-mail may already be confirmed.',
    sendResetCode: 'Send a code for a new password',
  },
} as const;
