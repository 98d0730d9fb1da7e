/** The entry. It starts the download of the app, and of Cognito's library if a member needs it. */
import { mayHaveStoredSession } from './auth/session/stored-session';
import { reloadIfOutdated } from './shell/reload-outdated';

reloadIfOutdated();
import('./start').catch(showLoadError);
// Ignores errors, because `LazyCognito` tries again.
if (mayHaveStoredSession()) import('./auth/session/cognito').catch(() => undefined);

/** Shows the message in index.html, because no other text is loaded. */
function showLoadError(error: unknown): void {
  console.error(error);
  const message = document.getElementById('not-loaded')!;
  message.hidden = false;
  message.querySelector('button')!.onclick = () => location.reload();
}
