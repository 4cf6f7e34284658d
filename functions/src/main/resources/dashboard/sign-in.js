// Signing in: first, again when the sign-in has expired, and out.
import {el, field} from './dom.js';
import {box, busy} from './feedback.js';
import {session} from './session.js';
import {start} from './start.js';
import {leaveToSignIn} from './openid.js';
import {keepDrafts} from './drafts.js';
import {leaveFreely, mayLeave} from './leaving.js';

const notice = document.getElementById('notice');

async function tokenFor(accountId) {
  const answer = await fetch('/local/token', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({accountId}),
  });
  if (!answer.ok) throw new Error('That name can’t be used. Try another, such as acme.');
  return (await answer.json()).token;
}

/** On one machine there is nobody to sign in with: the account's name is all. */
function byName(then) {
  const account = field('Account', el('input', {type: 'text', required: true, autocomplete: 'username', spellcheck: 'false', maxlength: 256}),
    'On one machine any name will do, such as acme. Each has its own SMTP users.');
  const button = el('button', {class: 'main'}, 'Sign in');
  return el('form', {submit: (event) => {
    event.preventDefault();
    busy(button, async () => {
      try {
        session.begin(await tokenFor(account.input.value.trim()));
        then();
      } catch (failure) {
        account.refuse(failure instanceof TypeError ? 'No answer came. Try again.' : failure.message);
      }
    });
  }}, account.whole, button);
}

/** With the operator's provider. */
function byProvider() {
  if (!start().clientId) {
    return box('warn', 'Signing in isn’t set up yet.', el('p', {}, 'The operator has to set DASHBOARD_CLIENT_ID; the operator’s guide says how.'));
  }
  const told = el('div');
  const button = el('button', {type: 'button', class: 'main', click: () => busy(button, async () => {
    try {
      keepDrafts();
      leaveFreely();
      await leaveToSignIn();
    } catch (failure) {
      told.replaceChildren(box('bad', 'Signing in isn’t possible just now.', el('p', {}, failure.message)));
    }
  })}, 'Sign in');
  return el('div', {}, button, told);
}

const way = (then) => (start().signIn === 'account_name' ? byName(then) : byProvider());

/** The page for whoever hasn't signed in. */
export const signIn = (then) =>
  el('div', {class: 'page narrow'},
    el('h1', {}, 'Let a printer send mail'),
    el('p', {class: 'lead'}, 'Make an SMTP user, and let one IP address send in its name without a password.'),
    el('section', {class: 'card'}, way(then)));

/** Above the page, which stays as it is: nothing that was typed is lost. */
export function expired() {
  session.end();
  if (notice.childElementCount) return;
  notice.replaceChildren(box('warn', 'Your sign-in has expired.',
    el('p', {}, 'What you typed is still here. Sign in again, then save again.'),
    way(() => {
      notice.replaceChildren();
      document.getElementById('main').focus();
    })));
  notice.querySelector('input, button')?.focus();
}

/** The account at the top, and the way out. */
export function who(then) {
  document.getElementById('who').replaceChildren(
    el('button', {type: 'button', class: 'plain small', click: () => {
      if (!mayLeave()) return;
      session.end();
      notice.replaceChildren();
      document.getElementById('who').replaceChildren();
      then();
    }}, 'Sign out'));
}
