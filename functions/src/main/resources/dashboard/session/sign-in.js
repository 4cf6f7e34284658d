// Signing in: first, again when the sign-in has expired, and out.
import {api, whenExpired} from '../api.js';
import {dialog} from '../page/ask.js';
import {button, el, field, page, plainInput} from '../page/dom.js';
import {keepDrafts} from '../page/drafts.js';
import {box, busy} from '../page/feedback.js';
import {leaveFreely, mayLeave} from '../page/leaving.js';
import {t} from '../page/words.js';
import {start} from '../start.js';
import {leaveToSignIn, wayOut} from './openid.js';
import {session, whenSignedOut} from './session.js';

async function tokenFor(accountId) {
  const answer = await fetch('/local/token', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({accountId}),
  }).catch(() => null);
  if (!answer) throw new Error(t('signIn.silent'));
  if (!answer.ok) throw new Error(t('signIn.badName'));
  return (await answer.json()).token;
}

/** On one machine there is nobody to sign in with: the account's name is all. */
function byName(then) {
  const account = field(t('signIn.account'), plainInput({required: true, autocomplete: 'username', maxlength: 256, value: session.account()}), t('signIn.account.hint'));
  return byField(account, then, tokenFor);
}

/** With an account's key, which is the token as well. */
function byKey(then) {
  const key = field(t('signIn.key'), el('input', {type: 'password', required: true, autocomplete: 'current-password', maxlength: 256}), t('signIn.key.hint'));
  return byField(key, then, (text) => text);
}

/** A form of one field. `tokenOf` what was typed is tried. */
function byField(input, then, tokenOf) {
  const go = button('main', t('signIn'));
  return el('form', {submit: (event) => {
    event.preventDefault();
    busy(go, async () => {
      try {
        input.accept();
        const token = await tokenOf(input.input.value.trim());
        if (await enter({token})) then();
        else afresh();
      } catch (failure) {
        input.refuse(failure.status === 401 ? t('signIn.unknown') : failure.message);
      }
    });
  }}, input.whole, el('div', {class: 'actions'}, go));
}

/** With the operator's provider. */
function byProvider() {
  if (!start().clientId) return box('warn', t('signIn.notSetUp'), el('p', {}, t('signIn.notSetUp.how')));
  const told = el('div');
  const pressed = document.activeElement;
  const go = button('main', t('signIn'), null, () => busy(go, async () => {
    told.replaceChildren();
    try {
      keepDrafts(pressed);
      await leaveToSignIn(leaveFreely);
    } catch (failure) {
      told.replaceChildren(box('bad', t('signIn.notNow'), el('p', {}, failure.message)));
    }
  }));
  return el('div', {}, el('div', {class: 'actions'}, go), told);
}

const WAYS = {account_name: byName, key: byKey, openid: byProvider};
const way = (then) => WAYS[start().signIn](then);

/** Begins the session once it is known whose the token is. False when the tab was another account's before. */
export async function enter({token, idToken}) {
  const {accountId} = await api.whose(token);
  return session.begin({token, idToken, account: accountId});
}

function afresh() {
  leaveFreely();
  history.replaceState({...history.state, scrolled: 0}, '', '/#/');
  location.reload(); // Nothing of what another account has seen stays in memory.
}

/** The page for whoever hasn't signed in; `failure` is why the last try came to nothing. */
export const signInPage = (then, failure) =>
  page({title: t('signIn.title'), kind: 'narrow'},
    el('p', {class: 'lead'}, t('signIn.lead')),
    failure && box('bad', t('signIn.failed'), el('p', {}, failure.message)),
    el('section', {class: 'card', 'aria-label': t('signIn')}, way(then)));

let again = null;

/**
 * The page stays, and what was asked is asked again once somebody has signed in. `isThere()` says whether there is a
 * page that would be lost.
 */
export function offerAgain(isThere) {
  whenExpired((refused) => {
    if (again) return again;
    if (session.token() && session.token() !== refused) return Promise.resolve(true);
    session.expire();
    if (!isThere()) return Promise.resolve(false);
    again = signInAgain().finally(() => { again = null; });
    return again;
  });
  whenSignedOut(afresh);
}

async function signInAgain() {
  const {dialog: shown, answer} = dialog(t('expired.title'), el('p', {}, t('expired.text')), way(() => shown.close('in')));
  shown.querySelector('input, button')?.focus();
  return await answer === 'in';
}

export async function signOut() {
  if (!await mayLeave()) return;
  const there = start().signIn === 'openid' ? await wayOut(session.idToken()) : null;
  session.end();
  leaveFreely();
  if (there) location.assign(there);
  else afresh();
}
