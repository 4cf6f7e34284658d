// What stands around every page: the areas, the account, the language.
import {signOut} from '../session/sign-in.js';
import {session} from '../session/session.js';
import {button, el} from './dom.js';
import {choose, language, languages, t} from './words.js';

const AREAS = [['', 'area.overview'], ['users', 'area.users'], ['messages', 'area.messages'], ['addresses', 'area.addresses'], ['activity', 'area.activity']];
const NAMES = {de: 'Deutsch', en: 'English'};

const place = document.getElementById('areas');
const who = document.getElementById('who');

export function prepareShell() {
  document.documentElement.lang = language;
  document.getElementById('brand-area').textContent = t('brand.area');
  document.querySelector('.skip').textContent = t('skip');
  const other = languages.find((tag) => tag !== language);
  document.getElementById('language').replaceChildren(
    el('button', {type: 'button', class: 'quiet-button small', lang: other, click: () => choose(other)}, NAMES[other]));
}

/** `area` is the one that is shown. */
export function showShell(area) {
  document.body.classList.toggle('signed-in', Boolean(session.token()));
  if (!session.token()) {
    place.replaceChildren();
    who.replaceChildren();
    delete who.dataset.account;
    return;
  }
  place.setAttribute('aria-label', t('areas'));
  place.replaceChildren(el('ul', {}, AREAS.map(([path, name]) =>
    el('li', {}, el('a', {href: `#/${path}`, 'aria-current': path === area ? 'page' : null}, t(name))))));
  if (who.dataset.account === session.account()) return;
  who.dataset.account = session.account();
  who.replaceChildren(el('span', {class: 'account'}, el('bdi', {}, session.account())), button('quiet-button small', t('signOut'), null, signOut));
}
