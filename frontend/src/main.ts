/** What runs first, and as little as can be: what a member needs is asked for along with the app, not after it. */
import { perhapsSomebody } from './auth/browser';

if (perhapsSomebody()) import('./auth/cognito').catch(() => undefined); // asked for again when it is needed
void import('./start');
