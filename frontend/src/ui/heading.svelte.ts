/** What the page that is open is called, where only the page itself knows: whose it is. */
export const heading = $state({ text: '' });
