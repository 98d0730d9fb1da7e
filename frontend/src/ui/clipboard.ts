/** Copies text. Returns `false` if the browser does not allow it, for example without TLS. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the absolute URL of an address in the app. */
export const absoluteUrl = (href: string): string => new URL(href, location.href).href;
