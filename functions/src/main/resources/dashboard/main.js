// Starts the page, and shows the one that the address names.
import {activityPage} from './areas/activity.js';
import {addressesPage} from './areas/addresses.js';
import {messagePage} from './areas/message.js';
import {messagesPage} from './areas/messages.js';
import {overviewPage} from './areas/overview.js';
import {usersPage} from './areas/users.js';
import {button, el, link, page} from './page/dom.js';
import {restoreDrafts} from './page/drafts.js';
import {box, speak, waiting} from './page/feedback.js';
import {arrive, follow} from './page/place.js';
import {prepareShell, showShell} from './page/shell.js';
import {t} from './page/words.js';
import {comeBack} from './session/openid.js';
import {session} from './session/session.js';
import {enter, offerAgain, signInPage} from './session/sign-in.js';
import {loadStart} from './start.js';
import {sheetPage} from './user/device-sheet.js';
import {historyPage} from './user/history.js';
import {newUserPage} from './user/new-user.js';
import {userPage} from './user/user.js';
import {watchPage} from './user/watch.js';

const main = document.getElementById('main');
const notice = document.getElementById('notice');
/** Whether there is a page that would be lost with the sign-in. */
let isThere = false;
/** What the last page left to be said on the next, such as that something was deleted. */
let farewell = null;

const AREAS = {
  '': () => overviewPage(),
  users: (name, part) => (name ? ofUser(name, part) : usersPage()),
  new: () => newUserPage(),
  messages: (id) => (id ? messagePage(id) : messagesPage()),
  addresses: () => addressesPage(),
  activity: () => activityPage(),
};

function ofUser(name, part) {
  switch (part) {
    case undefined:
    case 'ip-authentication': return userPage(name, part, (text) => { farewell = text; });
    case 'device': return sheetPage(name);
    case 'history': return historyPage(name);
    case 'first-mail': return watchPage(name);
    default: return null;
  }
}

async function pageOf(hash) {
  const [place, ...rest] = hash.replace(/^#\/?/, '').split('?')[0].split('/').map(readable);
  const found = Object.hasOwn(AREAS, place) && await AREAS[place](...rest);
  return found || {title: t('notFound'), view: page({title: t('noPage')}, el('p', {}, link('#/', t('toOverview'))))};
}

function readable(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

const areaOf = (hash) => hash.replace(/^#\/?/, '').split(/[/?]/)[0].replace('new', 'users');

function put({title, view, focus}) {
  document.title = `${title} · ${t('brand')}`;
  main.replaceChildren(view);
  const first = focus ?? main.querySelector('h1');
  first?.setAttribute('tabindex', '-1');
  first?.focus({preventScroll: focus == null});
  arrive(focus);
}

function problem(failure) {
  const gone = failure.status === 404;
  return {title: t(gone ? 'notFound' : 'problem'), view: page({title: t(gone ? 'gone' : 'cantShow')},
    el('p', {class: 'lead'}, gone ? t('gone.why') : failure.message),
    gone ? el('p', {}, link('#/users', t('toUsers'))) : el('div', {class: 'actions'}, button('plain', t('again'), null, () => show())))};
}

function say(kind, title, text) {
  notice.replaceChildren(box(kind, title, text && el('p', {}, text)));
}

/** `failure` is why a sign-in came to nothing. */
async function show(failure) {
  const hash = location.hash;
  isThere = false;
  notice.replaceChildren();
  if (failure && session.token()) say('bad', t('signIn.stillIn'), failure.message);
  showShell(areaOf(hash));
  if (!session.token()) {
    put({title: t('signIn'), view: signInPage(show, failure)});
    main.querySelector('input, main button')?.focus();
    return undefined;
  }
  const place = waiting();
  main.replaceChildren(place);
  let failed = false;
  const page = await pageOf(hash).catch((refused) => {
    failed = true;
    return problem(refused);
  });
  if (!place.isConnected) return undefined; // Somebody has gone on meanwhile, perhaps there and back.
  if (!session.token()) return show(new Error(t('expired.title')));
  put(page);
  isThere = true;
  sayWhatWas(failed);
  return undefined;
}

function sayWhatWas(failed) {
  if (farewell) {
    say('good', farewell);
    speak(farewell);
    farewell = null;
  }
  const pressed = !failed && restoreDrafts(); // They wait for the page that they are of.
  if (!pressed) return;
  say('info', t('draft.back'));
  if (pressed !== true) pressed.focus();
}

async function begin() {
  prepareShell();
  try {
    await loadStart();
  } catch (failure) {
    put({title: t('problem'), view: page({title: t('start.failed')},
      el('p', {class: 'lead'}, failure.message), el('div', {class: 'actions'}, button('plain', t('again'), null, () => location.reload())))});
    return;
  }
  offerAgain(() => isThere);
  follow(show);
  try {
    const came = await comeBack();
    if (!came) await session.share();
    else if (!await enter(came)) history.replaceState({...history.state, scrolled: 0}, '', '/#/'); // another account's
    if (session.token() && !session.account()) await enter({token: session.token(), idToken: session.idToken()});
    await show();
  } catch (failure) {
    if (failure.status === 401) session.expire();
    await show(failure);
  }
}

await begin();
