// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkOf, Router } from './router.svelte';
import { pictureHref } from './routes';

describe('a click', () => {
  // The event is not dispatched, because happy-dom would request the page.
  const follows = (html: string, init: MouseEventInit = {}) => {
    document.body.innerHTML = html;
    const event = new MouseEvent('click', init);
    Object.defineProperty(event, 'target', { value: document.querySelector('b') });
    return linkOf(event)?.pathname ?? null;
  };

  it('on a link of the app is followed within the page', () => {
    expect(follows('<a href="/people/p"><b>Person</b></a>')).toBe('/people/p');
    expect(follows('<a href="/feed/"><b>Feed</b></a>')).toBe('/feed/');
  });

  it.each([
    '<a href="/nowhere"><b>Unknown</b></a>',
    '<a href="https://elsewhere.example/feed"><b>Other origin</b></a>',
    '<a href="/feed" target="_blank"><b>Tab</b></a>',
    '<a href="/feed" download><b>Download</b></a>',
    '<a href="#main"><b>Part of the page</b></a>',
    '<b>No link</b>',
  ])('on %s is left to the browser', (html) => {
    expect(follows(html)).toBeNull();
  });

  it('with a key or another button is left to the browser', () => {
    const link = '<a href="/feed"><b>Feed</b></a>';
    for (const init of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])
      expect(follows(link, init)).toBeNull();
  });
});

describe('the router', () => {
  let router: Router;
  beforeEach(() => {
    history.replaceState(null, '', '/feed');
    router = new Router();
    router.begin();
  });
  afterEach(() => router.end());

  it('stores the token of a share link in no other entry of the history', () => {
    router.go('/shared/secret-token');
    for (const path of [pictureHref('anna', '7'), '/sign-in']) {
      router.go(path);
      expect(JSON.stringify(history.state)).not.toContain('secret');
      router.replace('/shared/secret-token');
    }
  });

  it('remembers the list from which a picture was opened', () => {
    router.go(pictureHref('anna', '7'), 'feed');
    expect(router.route).toMatchObject({ page: 'picture', list: 'feed' });
    router.replace(pictureHref('anna', '8'));
    expect(router.route).toMatchObject({ picture: { id: '8' }, list: 'feed' });
    const reloaded = new Router();
    reloaded.begin();
    expect(reloaded.route).toMatchObject({ picture: { id: '8' }, list: 'feed' });
    reloaded.end();
  });

  it('goes back from a picture to the list before it', () => {
    const back = vi.spyOn(history, 'back').mockImplementation(() => undefined);
    router.go(pictureHref('anna', '7'), 'feed');
    router.closePicture('feed');
    expect(back).toHaveBeenCalledOnce();
    back.mockRestore();
  });

  it('replaces a picture by its list after a deep link', () => {
    router.replace(pictureHref('anna', '7'));
    router.closePicture('people/anna');
    expect(location.pathname).toBe('/people/anna');
  });

  it('adds no entry for the path that is open', () => {
    const before = history.length;
    router.go('/feed');
    expect(history.length).toBe(before);
  });

  it('leads members from the sign-in page to the page that they wanted', () => {
    router.go('/settings');
    router.go('/sign-in');
    router.go('/sign-up');
    expect(router.route).toEqual({ page: 'sign-up' });
    router.isSignedIn = () => true;
    router.leaveAuthPage();
    expect(location.pathname).toBe('/settings');
    router.go('/sign-in');
    expect(location.pathname).toBe('/settings');
  });

  it('leads members to the feed if they wanted no page', () => {
    router.go('/public');
    router.go('/sign-in');
    router.isSignedIn = () => true;
    router.leaveAuthPage();
    expect(location.pathname).toBe('/feed');
  });

  it('replaces an old address', () => {
    history.replaceState(null, '', '/#/public/anna/7');
    window.dispatchEvent(new Event('hashchange'));
    expect([location.pathname, location.hash]).toEqual(['/p/anna/7', '']);
    history.replaceState(null, '', '/#/');
    window.dispatchEvent(new Event('hashchange'));
    expect(location.href).toMatch(/[^#]\/$/);
    history.replaceState(null, '', '/index.html#/mine');
    window.dispatchEvent(new Event('hashchange'));
    expect(location.pathname).toBe('/mine');
  });
});
