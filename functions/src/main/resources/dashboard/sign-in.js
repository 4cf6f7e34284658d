// Signing in: first, again when the sign-in has expired, and out.
import {api} from './api.js';
import {button, el, field} from './dom.js';
import {keepDrafts} from './drafts.js';
import {box, busy} from './feedback.js';
import {leaveFreely, mayLeave} from './leaving.js';
import {leaveToSignIn} from './openid.js';
import {session} from './session.js';
import {start} from './start.js';

const notice = document.getElementById('notice');
const who = document.getElementById('who');

async function tokenFor(accountId) {
  const answer = await fetch('/local/token', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({accountId}),
  }).catch(() => null);
  if (!answer) throw new Error('No answer came. Check that the platform runs, and try again.');
  if (!answer.ok) throw new Error('That name can’t be used. Try another, such as acme.');
  return (await answer.json()).token;
}

/** On one machine there is nobody to sign in with: the account's name is all. */
function byName(then) {
  const account = field('Account', el('input', {type: 'text', required: true, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: 256, value: session.account()}),
    'On one machine any name will do, such as acme. Each account has its own SMTP users.');
  return byField(account, then, async (name) => {
    session.begin(await tokenFor(name));
    return name;
  });
}

/** With an account's key, which is the token as well. */
function byKey(then) {
  const key = field('Key', el('input', {type: 'password', required: true, autocomplete: 'current-password', maxlength: 256}),
    'Your account’s key, which begins with ipk_. Whoever runs this relay makes it.');
  return byField(key, then, async (text) => {
    session.begin(text);
    try {
      return (await api.caller()).accountId;
    } catch (refused) {
      session.expire();
      throw refused.status === 401 ? new Error('That key isn’t known here, or no longer.') : refused;
    }
  });
}

/** A form of one field. `enter` begins the session with what was typed, and answers whose it is. */
function byField(input, then, enter) {
  const go = button('main', 'Sign in');
  return el('form', {submit: (event) => {
    event.preventDefault();
    busy(go, async () => {
      try {
        const before = session.account();
        const account = await enter(input.input.value.trim());
        if (before && before !== account) reload(); // What is on the page is another account's.
        else then();
      } catch (failure) {
        input.refuse(failure.message);
      }
    });
  }}, input.whole, go);
}

function reload() {
  leaveFreely();
  history.replaceState(null, '', '/#/');
  location.reload();
}

/** With the operator's provider. */
function byProvider() {
  if (!start().clientId) {
    return box('warn', 'Signing in isn’t set up yet.', el('p', {}, 'Whoever runs this relay has to set DASHBOARD_CLIENT_ID; its dashboard’s guide says how.'));
  }
  const told = el('div');
  const go = button('main', 'Sign in', null, () => busy(go, async () => {
    told.replaceChildren();
    try {
      keepDrafts();
      await leaveToSignIn(leaveFreely);
    } catch (failure) {
      told.replaceChildren(box('bad', 'You can’t sign in just now.', el('p', {}, failure.message)));
    }
  }));
  return el('div', {}, go, told);
}

const WAYS = {account_name: byName, key: byKey, openid: byProvider};
const way = (then) => WAYS[start().signIn](then);

/** The page for whoever hasn't signed in; `failure` is why the last try came to nothing. */
export const signIn = (then, failure) =>
  el('div', {class: 'page narrow'},
    el('h1', {}, 'Let a printer send mail'),
    el('p', {class: 'lead'}, 'Create an SMTP user, and let one IP address send in its name without a password.'),
    failure && box('bad', 'You are not signed in.', el('p', {}, failure.message)),
    el('section', {class: 'card', 'aria-label': 'Sign in'}, way(then)));

/** Above the page, which stays as it is: nothing that was typed is lost. */
export function expired(then) {
  if (notice.querySelector('.expired')) return;
  notice.replaceChildren(el('div', {class: 'box warn expired', role: 'group', 'aria-label': 'Your sign-in has expired'},
    el('strong', {}, 'Your sign-in has expired.'),
    el('p', {}, 'What you typed is still here. Sign in again, then save again.'),
    way(() => {
      notice.replaceChildren();
      then();
    })));
  notice.querySelector('input, button')?.focus();
}

/** The account at the top, and the way out. */
export async function showWho() {
  if (!session.token()) who.replaceChildren();
  if (!session.token() || who.childElementCount) return;
  const account = el('span', {class: 'account'}, session.account());
  who.replaceChildren(account, button('plain small', 'Sign out', null, async () => {
    if (!await mayLeave()) return;
    session.end();
    reload(); // Nothing of what this account has seen stays in memory.
  }));
  if (session.account()) return;
  session.know((await api.caller().catch(() => ({accountId: ''}))).accountId);
  account.textContent = session.account();
}
