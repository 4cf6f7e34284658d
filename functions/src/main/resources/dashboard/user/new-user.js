// A new SMTP user, on one page: name, and how its device signs in.
import {api, isUncertain} from '../api.js';
import {userLink} from '../areas/outcome.js';
import {button, el, field, page, plainInput} from '../page/dom.js';
import {box, busy, outcome} from '../page/feedback.js';
import {leaveFreely, whileUnderWay} from '../page/leaving.js';
import {t} from '../page/words.js';
import {ipField} from './ip-field.js';
import {secret} from './secret.js';

const choice = (value, checked, label, hint) =>
  el('label', {class: 'choice'}, el('input', {type: 'radio', name: 'way', value, checked}), el('span', {}, label, el('span', {class: 'hint'}, hint)));

// Not randomUUID: there is none where the page came by plain HTTP.
const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((octet) => octet.toString(16).padStart(2, '0')).join('');

export async function newUserPage() {
  const name = field(t('user.name'), plainInput({name: 'username', maxlength: 64}), t('user.name.hint'));
  const description = field(t('user.description'), el('input', {type: 'text', name: 'description', autocomplete: 'off', maxlength: 256, dir: 'auto'}), t('user.description.hint'));
  const ip = ipField();
  // Not `disabled` while it is under way, which would take the focus away from whoever uses a keyboard.
  const ways = el('fieldset', {class: 'choices', change: () => show(), click: (event) => name.input.readOnly && event.preventDefault()}, el('legend', {}, t('new.way')),
    choice('password', true, t('new.byPassword'), t('new.byPassword.hint')),
    choice('ip', false, t('new.byIp'), t('new.byIp.hint')));
  const byIp = () => ways.querySelector('input:checked').value === 'ip';
  const create = button('main', t('new.create'));
  const form = el('form', {class: 'card', novalidate: true, submit: (event) => {
    event.preventDefault();
    busy(create, make);
  }}, name.whole, description.whole, ways, ip.whole, el('div', {class: 'actions'}, create, el('a', {class: 'button quiet-button', href: '#/users'}, t('cancel'))));
  const told = outcome(form);
  form.append(told);
  const show = () => { ip.whole.hidden = !byIp(); };
  show();

  // The same request, sent again after an answer was lost, makes no second user.
  let key = null;
  let sent = null;

  function asked() {
    const body = {};
    if (name.input.value.trim()) body.username = name.input.value.trim();
    if (description.input.value.trim()) body.description = description.input.value.trim();
    if (byIp()) body.ipAuthentication = {ip: ip.typed()};
    return body;
  }

  /** What would be typed while it is under way would be lost with the page. */
  function hold(isUnderWay) {
    [name, description, ip].forEach((part) => { part.input.readOnly = isUnderWay; });
  }

  async function make() {
    [name, description, ip].forEach((part) => part.accept());
    told.replaceChildren();
    if (byIp() && !ip.typed()) return ip.refuse(t('ip.missing'));
    const body = asked();
    if (JSON.stringify(body) !== sent) {
      sent = JSON.stringify(body);
      key = freshKey();
    }
    hold(true);
    try {
      const {value, status} = await whileUnderWay(() => api.make(body, key), byIp() ? undefined : t('secret.underWay'));
      return made(value, status === 201);
    } catch (failure) {
      return tell(failure);
    } finally {
      hold(false);
    }
  }

  const partOf = (faultyField) => (faultyField === 'description' ? description : faultyField.startsWith('ipAuth') || faultyField === 'ip' ? ip : name);

  function tell(failure) {
    const faults = failure.problem?.errors ?? [];
    if (failure.type === 'username-taken') return name.refuse(t('new.taken'));
    if (failure.type === 'ip-already-assigned') {
      const own = failure.problem.username;
      return told.replaceChildren(box('bad', t('ip.taken'), el('p', {}, own ? t('new.ipOwn', {user: userLink(own)}) : t('ip.taken.elsewhere'))));
    }
    if (failure.type.includes('ip-') || failure.type === 'not-a-single-ip-address') return ip.refuseAs(failure);
    if (!faults.length) return told.replaceChildren(box('bad', t(isUncertain(failure) ? 'new.uncertain' : 'new.failed'), el('p', {}, failure.message)));
    // The last one has the focus in the end, which is the first on the page.
    for (const part of [ip, description, name]) {
      const of = faults.filter((fault) => partOf(fault.field ?? '') === part);
      if (!of.length) continue;
      if (part === ip) part.refuseAs(failure);
      else part.refuse(...of.map((fault) => fault.detail));
    }
    return undefined;
  }

  function made(user, withPassword) {
    if (!whole.isConnected) return undefined; // Somebody has gone on meanwhile.
    const next = () => { location.hash = `#/users/${encodeURIComponent(user.username)}/first-mail`; };
    const needsNone = user.ipAuthentication || user.pendingIpAuthentication;
    if (needsNone) {
      leaveFreely(); // What is typed is saved.
      return next();
    }
    const heading = t('new.made', {username: user.username});
    const shown = page({crumbs: [['#/users', t('area.users')]], title: heading, kind: 'narrow'}, el('div', {class: 'card'}, withPassword
      ? secret(user.username, user.password, next, t('secret.savedNext'))
      : [box('warn', t('new.lost'), el('p', {}, t('new.lost.how'))), el('div', {class: 'actions'}, el('a', {class: 'button main', href: `#/users/${encodeURIComponent(user.username)}`}, t('goOn')))]));
    whole.replaceWith(shown);
    document.title = `${heading} · ${t('brand')}`;
    const first = shown.querySelector('h1');
    first.setAttribute('tabindex', '-1');
    return first.focus();
  }

  const whole = page({crumbs: [['#/users', t('area.users')]], title: t('users.new'), kind: 'narrow'}, form);
  return {title: t('users.new'), view: whole};
}
