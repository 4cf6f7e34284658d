// The one address that sends in the user's name without a password.
import {cautions} from './addresses.js';
import {api} from './api.js';
import {ask} from './ask.js';
import {keepDrafts} from './drafts.js';
import {button, el, field, when} from './dom.js';
import {busy, box, speak} from './feedback.js';
import {leaveFreely} from './leaving.js';
import {refusal, follow, section, settle, versions} from './section.js';
import {start} from './start.js';

const nominated = (user) => user.ipAuthentication?.ip ?? null;

// What is typed here waits while the address is freed there.
const there = (username) =>
  el('a', {href: `#/users/${encodeURIComponent(username)}/ip-authentication`, click: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // Another tab.
    keepDrafts();
    leaveFreely();
  }}, username);

function taken(failure) {
  const own = failure.problem.username;
  return box('bad', 'This address belongs to another SMTP user.', own
    ? el('p', {}, 'It is one of yours: ', there(own), '. Remove it there, then come back and save it here.')
    : el('p', {}, 'That SMTP user is not in this account, and an address is at most one’s on the whole relay. Whoever set it up has to remove it first. If the address is yours and you don’t know who that is, ask whoever runs this relay.'));
}

const MEANING = [
  el('p', {}, 'Whatever connects from this address sends in this SMTP user’s name without a password. ',
    el('strong', {}, 'A trusted address is a door without a lock:'), ' every device and every program behind it can send, guests in your Wi-Fi included. Where the device can sign in, use the password instead.'),
  el('p', {class: 'hint'}, 'IP restrictions, above, are something else: they narrow where the password may be used, and let nobody in.'),
];

export function ipAuthenticationSection(model) {
  const ip = field('IP address', el('input', {type: 'text', name: 'ip', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', placeholder: '198.51.100.7', input: () => warn()}),
    'The one public address that the device’s mail comes from. If this computer is in the same network, it is usually your current one.');
  const typed = () => ip.input.value.trim();
  const now = el('p');
  const warning = el('div', {class: 'cautions', role: 'status'});
  const save = button('main', 'Save', 'the IP address');
  const remove = button('plain danger', 'Remove', 'the IP address', async () => {
    if (!await ask({title: `Remove ${nominated(model.user)}?`, text: 'Within five seconds, mail from it without a password is refused. Anybody may nominate the address then.', yes: 'Remove it'})) return;
    await part.act(remove, async () => {
      await model.change((name, etag) => api.release(name, etag), nominated);
      settle(ip.input, '');
      warn();
      ip.input.focus();
    }, 'Removed. Within five seconds nothing is sent from it any more.');
  });
  const here = button('plain', 'Use my current address', null, () => busy(here, async () => {
    try {
      ip.accept();
      part.told.replaceChildren();
      ip.input.value = (await api.caller()).ip;
      warn();
      ip.input.focus();
      speak(`Filled in ${ip.input.value}. Not saved yet.`);
    } catch (failure) {
      part.told.replaceChildren(refusal(failure));
    }
  }));

  async function nominate() {
    await model.change((name, etag) => api.nominate(name, etag, typed()), nominated);
    settle(ip.input, nominated(model.user) ?? '');
    warn();
  }
  const form = el('form', {novalidate: true, submit: (event) => {
    event.preventDefault();
    ip.accept();
    if (!typed() && nominated(model.user)) ip.refuse('To take the address away, press Remove.');
    else part.act(save, nominate, ['Saved. Within five seconds it sends without a password. ', el('a', {href: `#/users/${encodeURIComponent(model.user.username)}/device`}, 'What to type into the device')], explain);
  }}, el('div', {class: 'together'}, ip.whole, here), warning, el('div', {class: 'actions'}, save, remove));

  function explain(failure) {
    if (failure.type === 'ip-already-assigned') return taken(failure);
    if (failure.status === 412) return versions(ip.input, 'as the IP address', () => form.requestSubmit());
    if (failure.status !== 422) return null;
    ip.refuse(failure.problem.errors?.[0]?.detail ?? failure.message);
    return '';
  }

  const part = section('ip-authentication', 'IP authentication', MEANING.map((p) => p.cloneNode(true)), now, form);

  function warn() {
    const text = typed();
    const was = nominated(model.user);
    const cares = cautions(text, start().relay.ipv6);
    warning.replaceChildren(
      ...cares.map((caution) => box('warn', text === was ? 'About this address:' : 'Before you save this:', el('p', {}, caution))),
      was && text && text !== was ? el('p', {class: 'hint'}, `Saving replaces ${was}: it stops sending within five seconds.`) : '');
  }
  const show = (user) => {
    follow(ip.input, nominated(user) ?? '');
    now.replaceChildren(...(nominated(user)
      ? ['Trusted now: ', el('code', {}, nominated(user)), ', since ', when(user.ipAuthentication.since), '.']
      : ['No address is trusted now.']));
    remove.hidden = !nominated(user);
    warn();
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
