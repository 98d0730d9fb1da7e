/** Puts text on the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // refused, or a page without TLS
  }
}

/** The whole address of a place in the app, for somebody else. */
export const absoluteUrl = (href: string): string => new URL(href, location.href).href;
