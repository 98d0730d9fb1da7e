import { mount } from 'svelte';
import { createApp } from './app';
import { loadConfig } from './config';
import App from './App.svelte';
import NotSetUp from './NotSetUp.svelte';
import { router } from './routes.svelte';
import { whenIdle } from './shell/idle';
import './styles/base.css';

router.begin();
const target = document.getElementById('app')!;
try {
  const app = createApp(await loadConfig());
  await new Promise((resolve) => setTimeout(resolve)); // what is asked for by now is sent: drawing takes longer
  mount(App, { target, props: { app } });
} catch (error) {
  console.error(error);
  mount(NotSetUp, { target });
}

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  whenIdle(() => void import('./shell/register').then(({ keepShell }) => keepShell()));
