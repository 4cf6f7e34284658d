// The account's SMTP users: a list with search and paging.
import {api} from './api.js';
import {button, el} from './dom.js';
import {box, speak} from './feedback.js';
import {everyUser, matches} from './search.js';

const PAGE = 25;
const MOST_SHOWN = 100;
const TYPING = 250;

const link = (user) => `#/users/${encodeURIComponent(user.username)}`;
const none = () => el('span', {class: 'quiet'}, 'none');
const networks = (count) => (count === 1 ? '1 network' : `${count} networks`);

const row = (user) =>
  el('tr', {},
    el('th', {scope: 'row'}, el('a', {href: link(user)}, user.username), user.description && el('span', {class: 'hint'}, user.description)),
    el('td', {'data-label': 'IP address'}, user.ipAuthentication ? el('code', {}, user.ipAuthentication.ip) : none()),
    el('td', {'data-label': 'Restrictions'}, user.ipRestrictions.length ? networks(user.ipRestrictions.length) : none()),
    el('td', {'data-label': 'State'}, el('span', {class: `badge ${user.enabled ? 'good' : 'off'}`}, user.enabled ? 'Enabled' : 'Disabled')));

const table = (users) =>
  el('table', {class: 'list'},
    el('caption', {class: 'spoken'}, 'SMTP users'),
    el('thead', {}, el('tr', {}, ['SMTP user', 'IP address', 'Restrictions', 'State'].map((name) => el('th', {scope: 'col'}, name)))),
    el('tbody', {}, users.map(row)));

const empty = () =>
  el('div', {class: 'empty'},
    el('h2', {}, 'No SMTP users yet'),
    el('p', {}, 'An SMTP user is what a printer or an application sends as. Create one, then let the printer’s address in.'),
    el('a', {class: 'button main', href: '#/new'}, 'Create the first one'));

// As the list was left, for whoever comes back to it.
const place = {before: [], cursor: null, text: ''};

export async function usersPage() {
  const list = el('div', {class: 'card flush'});
  const every = everyUser();
  let next = null;
  let turn = 0;

  async function browse(mine) {
    const page = await api.users(PAGE, place.cursor);
    if (mine !== turn) return;
    next = page.nextCursor;
    const only = !place.before.length && !next;
    finder.hidden = only && !page.items.length;
    list.replaceChildren(...(finder.hidden ? [empty()] : [table(page.items), only ? '' : pages()]));
  }

  const turned = (move) => async () => {
    move();
    const mine = ++turn;
    try {
      await browse(mine);
      if (mine !== turn) return;
      list.querySelector('tbody a')?.focus();
      speak(`Page ${place.before.length + 1}`);
    } catch (failure) {
      if (mine === turn) list.replaceChildren(problem(failure, turned(() => {})));
    }
  };

  function pages() {
    const back = button('plain', '‹ Previous', 'page', turned(() => { place.cursor = place.before.pop(); }));
    const on = button('plain', 'Next ›', 'page', turned(() => { place.before.push(place.cursor); place.cursor = next; }));
    back.disabled = !place.before.length;
    on.disabled = !next;
    return el('nav', {class: 'pages', 'aria-label': 'Pages'}, back, el('span', {class: 'quiet'}, `Page ${place.before.length + 1}`), on);
  }

  const problem = (failure, again) =>
    el('div', {class: 'pad'}, box('bad', 'The list can’t be read just now.', el('p', {}, failure.message), button('plain', 'Try again', null, again)));

  async function look() {
    place.text = sought.value.trim();
    const mine = ++turn;
    try {
      if (!place.text) return void (await browse(mine));
      do {
        if (!every.whole) await every.more();
        if (mine !== turn) return;
        const found = every.read.filter((user) => matches(user, place.text.toLowerCase()));
        list.replaceChildren(el('p', {class: 'pad quiet'}, told(found.length)), found.length ? table(found.slice(0, MOST_SHOWN)) : '');
      } while (!every.whole);
      speak(list.querySelector('p').textContent);
    } catch (failure) {
      if (mine === turn) list.replaceChildren(problem(failure, look));
    }
  }

  function told(found) {
    const among = every.whole ? `all ${every.read.length} SMTP users` : `the first ${every.read.length} SMTP users, still reading…`;
    return `${found || 'None'} found in the name, description or address of ${among}${found > MOST_SHOWN ? ` The first ${MOST_SHOWN} are shown: type more to see fewer.` : ''}`;
  }

  let typing;
  const sought = el('input', {type: 'search', id: 'search', value: place.text, placeholder: 'Name, description or address', autocomplete: 'off', spellcheck: 'false', input: () => {
    clearTimeout(typing);
    typing = setTimeout(look, TYPING);
  }});
  const finder = el('div', {class: 'search', role: 'search'}, el('label', {class: 'spoken', for: 'search'}, 'Search SMTP users'), sought);
  if (place.text) await look();
  else await browse(++turn);
  return {
    title: 'SMTP users',
    view: el('div', {class: 'page'},
      el('div', {class: 'heading'}, el('h1', {}, 'SMTP users'), el('a', {class: 'button main', href: '#/new'}, 'New SMTP user')),
      finder, list),
  };
}
