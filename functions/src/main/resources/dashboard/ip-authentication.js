// The one address that sends in the user's name without a password.
import {api} from './api.js';
import {el, field, when} from './dom.js';
import {busy, box, speak} from './feedback.js';
import {refusal, follow, section, settle} from './section.js';
import {caution} from './addresses.js';
import {start} from './start.js';

const link = (username) => el('a', {href: `#/users/${encodeURIComponent(username)}`}, username);

function explain(failure) {
  if (failure.type === 'ip-already-assigned') {
    const own = failure.problem.username;
    return box('bad', 'This address belongs to another SMTP user.', own
      ? el('p', {}, 'It is one of yours: ', link(own), '. Remove it there first, then save it here.')
      : el('p', {}, 'It is not in this account. An address is at most one SMTP user’s on the whole relay. Whoever set it up has to remove it first; if the address is yours and you don’t know who that is, ask the relay’s operator.'));
  }
  return failure.status === 412 || failure.status === 404 ? refusal(failure) : null;
}

export function ipAuthenticationSection(model) {
  const ip = field('IP address', el('input', {type: 'text', name: 'ip', inputmode: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', placeholder: '198.51.100.7', input: () => warn()}),
    'The one public address that your device’s mail comes from. No network, no range, no name.');
  const now = el('div', {class: 'now'});
  const warning = el('div', {role: 'status'});
  const save = el('button', {class: 'main'}, 'Save');
  const remove = el('button', {type: 'button', class: 'plain danger', click: () => {
    if (!confirm(`Mail from ${model.user.ipAuthentication.ip} without a password is refused within five seconds. Remove the address?`)) return;
    part.act(remove, async () => {
      await model.change((name, etag) => api.release(name, etag));
      settle(ip.input, '');
      warn();
      ip.input.focus();
    }, 'Removed. Within five seconds nothing is sent from it any more, and anybody may nominate it.');
  }}, 'Remove');
  const here = el('button', {type: 'button', class: 'plain', click: () => busy(here, async () => {
    try {
      ip.accept();
      ip.input.value = (await api.caller()).ip;
      warn();
      ip.input.focus();
      speak(`Filled in ${ip.input.value}. Not saved yet.`);
    } catch (failure) {
      part.told.replaceChildren(refusal(failure));
    }
  })}, 'Use my current address');

  const form = el('form', {novalidate: true, submit: (event) => {
    event.preventDefault();
    ip.accept();
    part.act(save, async () => {
      try {
        await model.change((name, etag) => api.nominate(name, etag, ip.input.value));
        settle(ip.input, model.user.ipAuthentication?.ip ?? '');
        warn();
      } catch (failure) {
        if (failure.status === 422) ip.refuse(failure.problem.errors?.[0]?.detail ?? failure.message);
        throw failure;
      }
    }, 'Saved. Within five seconds it sends without a password.');
  }}, el('div', {class: 'together'}, ip.whole, here), warning, el('div', {class: 'actions'}, save, remove));

  const part = section('ip-authentication', 'IP authentication', explain,
    el('p', {}, 'Whatever connects from this address sends in this SMTP user’s name without a password. ',
      el('strong', {}, 'A trusted address is a door without a lock:'), ' every device and every program behind it can send, guests in your Wi-Fi included. Where the device can sign in, use the password instead.'),
    el('p', {class: 'hint'}, 'This lets an address in. IP restrictions, above, do the opposite: they narrow where the password may be used, and don’t concern this address.'),
    now, form);

  function warn() {
    const text = caution(ip.input.value.trim(), start().relay.ipv6);
    warning.replaceChildren(text ? box('warn', 'Look twice.', el('p', {}, text)) : '');
  }
  const show = (user) => {
    const has = user.ipAuthentication;
    follow(ip.input, has?.ip ?? '');
    now.replaceChildren(...(has ? ['Trusted now: ', el('code', {}, has.ip), ` since ${when(has.since)}.`] : ['No address is trusted now.']));
    remove.hidden = !has;
  };
  model.onNews(show);
  show(model.user);
  warn();
  return part.whole;
}
