// Starts the page, and shows the one that the address names.
import {el} from './dom.js';
import {box, speak, waiting} from './feedback.js';
import {loadStart} from './start.js';
import {session} from './session.js';
import {whenExpired} from './api.js';
import {restoreDrafts} from './drafts.js';
import {mayLeave} from './leaving.js';
import {comeBack} from './openid.js';
import {expired, signIn, who} from './sign-in.js';
import {usersPage} from './users.js';
import {newUserPage} from './new-user.js';
import {userPage} from './user.js';
import {sheetPage} from './device-sheet.js';

const main = document.getElementById('main');
let shown = null;

function pageOf(hash) {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (parts[0] === '') return usersPage();
  if (parts[0] === 'new') return newUserPage();
  if (parts[0] === 'users' && parts.length === 2) return userPage(parts[1]);
  if (parts[0] === 'users' && parts[2] === 'device') return sheetPage(parts[1]);
  return Promise.resolve({title: 'Not found', view: box('bad', 'There is no such page. ', el('a', {href: '#/'}, 'See the SMTP users'))});
}

function put({title, view}) {
  document.title = `${title} · Outbound SMTP`;
  main.replaceChildren(view);
}

function refused(failure) {
  const again = el('button', {type: 'button', class: 'plain', click: show}, 'Try again');
  if (failure.status === 404) {
    return box('bad', 'There is no such SMTP user. ', el('p', {}, 'It may have been deleted. ', el('a', {href: '#/'}, 'See the SMTP users')));
  }
  return box('bad', 'This can’t be shown just now.', el('p', {}, failure.message), again);
}

async function show() {
  const hash = location.hash;
  shown = hash;
  if (!session.token()) {
    put({title: 'Sign in', view: signIn(show)});
    main.querySelector('input, button')?.focus();
    return;
  }
  who(() => { shown = null; location.hash = '#/'; show(); });
  main.replaceChildren(waiting());
  try {
    const page = await pageOf(hash);
    if (shown !== hash) return; // Somebody has gone on meanwhile.
    put(page);
    restoreDrafts();
  } catch (failure) {
    if (shown !== hash) return;
    put({title: 'Problem', view: el('div', {class: 'page'}, refused(failure))});
  }
  speak(document.title);
  const heading = main.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus();
}

addEventListener('hashchange', () => {
  if (location.hash === '#main') {
    history.replaceState(null, '', shown);
    main.focus();
  } else if (location.hash !== shown) {
    if (mayLeave()) show();
    else history.replaceState(null, '', shown);
  }
});

whenExpired(() => expired(show));

try {
  await loadStart();
  const token = await comeBack();
  if (token) session.begin(token);
  await show();
} catch (failure) {
  put({title: 'Problem', view: el('div', {class: 'page'}, box('bad', 'This page couldn’t start.',
    el('p', {}, failure.message), el('button', {type: 'button', class: 'plain', click: () => location.reload()}, 'Try again')))});
}
