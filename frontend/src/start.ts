import { mount } from 'svelte';
import App from './App.svelte';
import { loadConfig } from './config';
import { CurrentApp } from './current-app.svelte';
import NotSetUp from './NotSetUp.svelte';
import { router } from './router.svelte';
import { whenIdle } from './shell/idle';
import './styles/base.css';

router.begin();
const target = document.getElementById('app')!;
try {
  const current = new CurrentApp(await loadConfig());
  current.start();
  await new Promise((resolve) => setTimeout(resolve)); // sends the first requests before rendering
  mount(App, { target, props: { current } });
} catch (error) {
  console.error(error);
  mount(NotSetUp, { target });
}

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  whenIdle(() => {
    void import('./shell/service-worker').then((module) => module.registerServiceWorker());
  });
