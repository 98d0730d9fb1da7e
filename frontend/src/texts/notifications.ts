/** The bell, and what one wants to be told of. */
export const notifications = {} as const;
