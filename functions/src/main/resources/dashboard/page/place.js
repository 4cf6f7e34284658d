// Where one is: the address behind #, the way back, and how far down one had read.
import {losesSomething, mayLeave} from './leaving.js';

history.scrollRestoration = 'manual';

/** The number of the entry in the history that is shown, and of the one that the browser is at: it goes ahead. */
let at = history.state?.index ?? 0;
let ahead = at;
let returning = false;
let asking = false;
let scrolled;
/** While a page is read, what stands in its place is short, and how far down that is isn't worth noting. */
let isThere = false;

const number = (more) => history.replaceState({...history.state, ...more}, '');
number({index: at});

/** `show(hash)` shows what the address says; it is not called where one stays. */
export function follow(show) {
  addEventListener('hashchange', async () => {
    clearTimeout(scrolled);
    if (returning) {
      returning = false;
      ahead = history.state?.index ?? at;
      return;
    }
    if (location.hash === '#main') {
      history.back();
      returning = true;
      document.getElementById('main').focus();
      return;
    }
    if (history.state?.index === undefined) number({index: ahead + 1});
    ahead = history.state.index;
    if (asking) return;
    if (losesSomething()) {
      asking = true;
      const may = await mayLeave();
      asking = false;
      if (!may) return stay();
    } else {
      await mayLeave();
    }
    at = history.state.index;
    isThere = false;
    show();
  });
}

// The entries before and behind this one are as they were.
function stay() {
  const away = at - history.state.index;
  if (away === 0) return;
  returning = true;
  history.go(away);
}

addEventListener('scroll', () => {
  clearTimeout(scrolled);
  if (isThere) scrolled = setTimeout(() => number({scrolled: scrollY}), 120);
}, {passive: true});

/** A page is there; without something else to see at once, it is as far down as when it was left. */
export function arrive(focus) {
  isThere = true;
  if (!focus) scrollTo(0, history.state?.scrolled ?? 0);
}

/** What stands behind the ? of the address. */
export const asked = () => new URLSearchParams(location.hash.split('?')[1] ?? '');

/** The same page's address with other values; what is empty is left out. */
export function addressWith(path, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  return `#/${path}${query.size ? `?${query}` : ''}`;
}

/** Says in the address what is looked for, without an entry in the history for each letter. */
export const rewrite = (hash) => history.replaceState(history.state, '', hash);
