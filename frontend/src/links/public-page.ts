/** Whether the site has a public page: not if it is off, and not for what nobody can view. */
export async function hasPublicPage(path: string): Promise<boolean> {
  try {
    return (await fetch(path, { method: 'HEAD' })).ok;
  } catch {
    return false;
  }
}
