/** What runs first, and as little as can be: what a member needs is asked for along with the app, not after it. */
import { mayHaveStoredSession } from './auth/session/stored-session';
import { reloadWhereStale } from './shell/stale';

reloadWhereStale();
import('./start').catch((error: unknown) => {
  console.error(error);
  const sentence = document.getElementById('not-loaded')!; // in index.html: no other text is there yet
  sentence.hidden = false;
  sentence.querySelector('button')!.onclick = () => location.reload();
});
if (mayHaveStoredSession()) import('./auth/session/cognito').catch(() => undefined); // asked for again when it is needed
