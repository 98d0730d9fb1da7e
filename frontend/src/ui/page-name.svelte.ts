/** The name of the open page if it is known only after loading, such as the name of a person. */
export const pageName = $state({ text: '' });
