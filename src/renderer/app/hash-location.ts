import { useSyncExternalStore } from 'react';

/** Told when somebody navigates; the browser tells of back and forward by itself. */
const moved = 'ringside:moved';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  window.addEventListener('popstate', changed);
  window.addEventListener(moved, changed);
  return () => {
    window.removeEventListener('hashchange', changed);
    window.removeEventListener('popstate', changed);
    window.removeEventListener(moved, changed);
  };
}

function current(): readonly [path: string, search: string] {
  const [path = '', search = ''] = location.hash.replace(/^#?\/?/, '').split('?', 2);
  return [`/${path}`, search];
}

function navigate(to: string, { replace = false, state = null }: { readonly replace?: boolean; readonly state?: unknown } = {}): void {
  const address = `#/${to.replace(/^#?\/?/, '')}`;
  if (replace) history.replaceState(state, '', address);
  else history.pushState(state, '', address);
  window.dispatchEvent(new Event(moved));
}

/**
 * Where in the console we are: `#/review/call_1?at=1200`. What follows the question mark belongs to its screen and goes with it, and the
 * address of the page itself never changes.
 */
export function useHashLocation(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => current()[0]), navigate];
}

useHashLocation.hrefs = (href: string) => `#${href}`;
useHashLocation.searchHook = () => useSyncExternalStore(subscribe, () => current()[1]);
