// Starts the page, and shows the one that the address names.
import {whenExpired} from './api.js';
import {sheetPage} from './device-sheet.js';
import {button, el} from './dom.js';
import {restoreDrafts} from './drafts.js';
import {box, waiting} from './feedback.js';
import {historyPage} from './history.js';
import {losesSomething, mayLeave} from './leaving.js';
import {newUserPage} from './new-user.js';
import {comeBack} from './openid.js';
import {session} from './session.js';
import {expired, showWho, signIn} from './sign-in.js';
import {loadStart} from './start.js';
import {userPage} from './user.js';
import {usersPage} from './users.js';

const main = document.getElementById('main');
const notice = document.getElementById('notice');
/** The address of what is shown, and whether it could be. */
const shown = {hash: null, whole: false};

const users = () => el('a', {href: '#/'}, 'See the SMTP users');

async function pageOf(hash) {
  const [place, name, part] = hash.replace(/^#\/?/, '').split('/').map(readable);
  if (place === '' && !name) return usersPage();
  if (place === 'new' && !name) return newUserPage();
  if (place === 'users' && name) {
    switch (part) {
      case undefined:
      case 'ip-authentication': return userPage(name, part);
      case 'device': return sheetPage(name);
      case 'history': return historyPage(name);
    }
  }
  return {title: 'Not found', view: el('div', {class: 'page'}, el('h1', {}, 'There is no such page'), users())};
}

function readable(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

function put({title, view, focus}) {
  document.title = `${title} · Outbound SMTP`;
  main.replaceChildren(view);
  const first = focus ?? main.querySelector('h1');
  first?.setAttribute('tabindex', '-1');
  first?.focus();
}

function problem(failure) {
  const gone = failure.status === 404;
  return {title: gone ? 'Not found' : 'Problem', view: el('div', {class: 'page'},
    el('h1', {}, gone ? 'There is no such SMTP user' : 'This can’t be shown just now'),
    el('p', {class: 'lead'}, gone ? 'It may have been deleted, or belong to another account.' : failure.message),
    gone ? users() : button('plain', 'Try again', null, () => show()))};
}

/** `failure` is why a sign-in came to nothing. */
async function show(failure) {
  const hash = location.hash;
  Object.assign(shown, {hash, whole: false});
  notice.replaceChildren(failure && session.token() ? box('bad', 'That sign-in came to nothing; you are signed in as before.', el('p', {}, failure.message)) : '');
  showWho();
  if (!session.token()) {
    put({title: 'Sign in', view: signIn(show, failure)});
    main.querySelector('input, main button')?.focus();
    return undefined;
  }
  main.replaceChildren(waiting());
  let page;
  try {
    page = await pageOf(hash);
  } catch (refused) {
    page = problem(refused);
  }
  if (shown.hash !== hash || !main.querySelector('.waiting')) return undefined; // Somebody has gone on meanwhile.
  if (!session.token()) return show(new Error('Your sign-in has expired.'));
  put(page);
  shown.whole = true;
  if (restoreDrafts()) notice.replaceChildren(box('info', 'What you had typed here is back. It isn’t saved yet.'));
  return undefined;
}

let asking = false;

addEventListener('hashchange', async () => {
  const to = location.hash;
  if (to === shown.hash) return;
  if (to === '#main') {
    history.replaceState(null, '', shown.hash);
    main.focus();
  } else if (!losesSomething()) {
    await mayLeave();
    show();
  } else {
    history.replaceState(null, '', shown.hash);
    if (asking) return;
    asking = true;
    const may = await mayLeave();
    asking = false;
    if (!may) return;
    history.replaceState(null, '', to);
    show();
  }
});

// A page that is there stays as it is, with what was typed in it; one that isn't is asked for again.
whenExpired(() => {
  session.expire();
  if (shown.whole) expired(() => main.querySelector('h1')?.focus());
});

async function begin() {
  try {
    await loadStart();
  } catch (failure) {
    put({title: 'Problem', view: el('div', {class: 'page'},
      el('h1', {}, 'This page couldn’t start'), el('p', {class: 'lead'}, failure.message),
      button('plain', 'Try again', null, () => location.reload()))});
    return;
  }
  try {
    const token = await comeBack();
    if (token) session.begin(token);
    await show();
  } catch (failure) {
    await show(failure);
  }
}

await begin();
