const encoder = new TextEncoder();

/** Returns the length of a text in bytes of UTF-8. */
export const bytesOf = (text: string) => encoder.encode(text).length;
