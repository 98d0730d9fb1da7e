/** What runs first, and as little as can be: what a member needs is asked for along with the app, not after it. */
import { perhapsSomebody } from './auth/browser';
import { reloadWhereStale } from './shell/stale';

reloadWhereStale();
import('./start').catch((error: unknown) => {
  console.error(error);
  const sentence = document.getElementById('not-loaded')!; // in index.html: no other text is there yet
  sentence.hidden = false;
  sentence.querySelector('button')!.onclick = () => location.reload();
});
if (perhapsSomebody()) import('./auth/cognito').catch(() => undefined); // asked for again when it is needed
