// The account's SMTP users: a list with search and paging.
import {el} from './dom.js';
import {api} from './api.js';
import {box, speak} from './feedback.js';

const PAGE = 25;
const SEARCHED_AT_ONCE = 100;

const link = (user) => `#/users/${encodeURIComponent(user.username)}`;

const badge = (kind, text) => el('span', {class: `badge ${kind}`}, text);

const row = (user) =>
  el('tr', {},
    el('th', {scope: 'row'}, el('a', {href: link(user)}, user.username), user.description && el('span', {class: 'hint'}, user.description)),
    el('td', {'data-label': 'IP address'}, user.ipAuthentication ? el('code', {}, user.ipAuthentication.ip) : el('span', {class: 'quiet'}, 'none')),
    el('td', {'data-label': 'Restrictions'}, user.ipRestrictions.length ? `${user.ipRestrictions.length} network${user.ipRestrictions.length > 1 ? 's' : ''}` : el('span', {class: 'quiet'}, 'none')),
    el('td', {'data-label': 'State'}, user.enabled ? badge('good', 'Enabled') : badge('off', 'Disabled')));

const table = (users) =>
  el('table', {class: 'list'},
    el('caption', {class: 'spoken'}, 'SMTP users'),
    el('thead', {}, el('tr', {}, ['SMTP user', 'IP address', 'Restrictions', 'State'].map((name) => el('th', {scope: 'col'}, name)))),
    el('tbody', {}, users.map(row)));

const empty = () =>
  el('div', {class: 'empty'},
    el('h2', {}, 'No SMTP users yet'),
    el('p', {}, 'An SMTP user is what a printer or an application sends as. Make one, then give it the printer’s address.'),
    el('a', {class: 'button main', href: '#/new'}, 'Make the first one'));

const matches = (user, text) =>
  [user.username, user.description ?? '', user.ipAuthentication?.ip ?? ''].some((value) => value.toLowerCase().includes(text));

/** All users that match. The API lists by name only, so this reads through the account's. */
async function search(text, goOn) {
  const found = [];
  let cursor = null;
  let read = 0;
  do {
    const page = await api.users(SEARCHED_AT_ONCE, cursor);
    read += page.items.length;
    found.push(...page.items.filter((user) => matches(user, text)));
    cursor = page.nextCursor;
  } while (cursor && goOn(read, found));
  return found;
}

export async function usersPage() {
  const list = el('div', {class: 'card flush'});
  const before = []; // The cursors of the pages before this one.
  let cursor = null;
  let next = null;
  let turn = 0;

  async function browse() {
    const mine = ++turn;
    const page = await api.users(PAGE, cursor);
    if (mine !== turn) return;
    next = page.nextCursor;
    const first = before.length === 0;
    if (first && page.items.length === 0) list.replaceChildren(empty());
    else list.replaceChildren(table(page.items), first && !next ? '' : pages());
  }

  const turned = (move) => async () => {
    move();
    try {
      await browse();
      list.querySelector('tbody a')?.focus();
    } catch (failure) {
      list.replaceChildren(problem(failure, turned(() => {})));
    }
  };

  const pages = () =>
    el('nav', {class: 'pages', 'aria-label': 'Pages'},
      el('button', {type: 'button', class: 'plain', disabled: before.length === 0, click: turned(() => { cursor = before.pop(); })}, '‹ Previous'),
      el('span', {class: 'quiet'}, `Page ${before.length + 1}`),
      el('button', {type: 'button', class: 'plain', disabled: !next, click: turned(() => { before.push(cursor); cursor = next; })}, 'Next ›'));

  const problem = (failure, again) =>
    box('bad', 'The list can’t be read just now.', el('p', {}, failure.message), el('button', {type: 'button', class: 'plain', click: again}, 'Try again'));

  async function look() {
    const text = sought.value.trim().toLowerCase();
    const mine = ++turn;
    try {
      if (!text) return void (await browse());
      const found = await search(text, (read) => {
        if (mine === turn) list.replaceChildren(el('p', {class: 'quiet pad'}, `Looked through ${read} so far…`));
        return mine === turn;
      });
      if (mine !== turn) return;
      list.replaceChildren(found.length ? table(found) : el('p', {class: 'quiet pad'}, `No SMTP user has “${sought.value.trim()}” in its name, description or address.`));
      speak(`${found.length} found`);
    } catch (failure) {
      if (mine === turn) list.replaceChildren(problem(failure, look));
    }
  }

  let typing;
  const sought = el('input', {type: 'search', id: 'search', 'data-draft': 'no', placeholder: 'Name, description or address', autocomplete: 'off', input: () => {
    clearTimeout(typing);
    typing = setTimeout(look, 250);
  }});
  await browse();
  return {
    title: 'SMTP users',
    view: el('div', {class: 'page'},
      el('div', {class: 'heading'}, el('h1', {}, 'SMTP users'), el('a', {class: 'button main', href: '#/new'}, 'New SMTP user')),
      el('div', {class: 'search', role: 'search'}, el('label', {class: 'spoken', for: 'search'}, 'Search SMTP users'), sought),
      list),
  };
}
