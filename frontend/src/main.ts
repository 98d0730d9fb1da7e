import { mount } from 'svelte';
import { createApp } from './app';
import { loadConfig } from './config';
import App from './App.svelte';
import NotSetUp from './NotSetUp.svelte';
import './styles/base.css';

const target = document.getElementById('app')!;
try {
  mount(App, { target, props: { app: createApp(await loadConfig()) } });
} catch (error) {
  console.error(error);
  mount(NotSetUp, { target });
}
