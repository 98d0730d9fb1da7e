import { mount } from 'svelte';
import { createApp } from './app';
import { perhapsSomebody } from './auth/browser';
import { loadConfig } from './config';
import App from './App.svelte';
import NotSetUp from './NotSetUp.svelte';
import { router } from './routes.svelte';
import { whenIdle } from './shell/idle';
import { reloadWhereStale } from './shell/stale';
import './styles/base.css';

reloadWhereStale();
// What a member needs comes along with the rest, not after it.
if (perhapsSomebody()) import('./auth/cognito').catch(() => undefined);

router.begin();
const target = document.getElementById('app')!;
try {
  mount(App, { target, props: { app: createApp(await loadConfig()) } });
} catch (error) {
  console.error(error);
  mount(NotSetUp, { target });
}

if (import.meta.env.PROD && 'serviceWorker' in navigator) whenIdle(() => void import('./shell/register').then(({ keepShell }) => keepShell()));
