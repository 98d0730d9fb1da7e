/** What is mine to change: profile, notifications, account. */
export const settings = {} as const;
