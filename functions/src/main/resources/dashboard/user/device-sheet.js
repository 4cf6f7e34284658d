// What to type into the device for one SMTP user. One page of paper, to be taken along.
import {api} from '../api.js';
import {copyable} from '../page/copy.js';
import {bdi, button, code, el, facts, link, page} from '../page/dom.js';
import {box} from '../page/feedback.js';
import {today} from '../page/times.js';
import {t} from '../page/words.js';
import {start} from '../start.js';
import {qrCode} from './qr.js';
import {common, further} from './refusals.js';
import {vendors} from './vendors.js';

const MEGABYTE = 1_000_000;
// What base64 and its line ends leave of a message for what is attached.
const ATTACHED = 0.73;
const BEST = [587, 465, 2525, 25];
const rank = (port) => (BEST.includes(port) ? BEST.indexOf(port) : BEST.length);

// Whole ones, rounded down: a device that says MB may mean either.
const megabytes = (octets) => `${Math.floor(octets / MEGABYTE)} MB`;

/** Each port with its encryption, the one to try first in front. */
function ports({startTlsPorts, tlsPorts}) {
  const all = [...startTlsPorts.map((port) => [port, 'STARTTLS']), ...tlsPorts.map((port) => [port, 'SSL/TLS'])];
  return all.sort(([one], [other]) => rank(one) - rank(other));
}

const senders = (allowed) =>
  (allowed.length
    ? allowed.map((sender) => el('div', {}, sender.startsWith('@') ? t('sheet.senders.domain', {domain: sender}) : copyable(sender, t('copy.sender', {sender}))))
    : t('sheet.senders.any'));

function portFacts(relay, byIp) {
  const [[port, how], ...others] = ports(relay);
  return [t('sheet.port'), copyable(String(port), t('copy.port', {port: String(port)})), ' ', el('span', {}, t('sheet.with', {how})),
    el('p', {class: 'hint'}, t('sheet.others'), ' ', others.map(([other, otherHow]) => `${other} (${otherHow})`).join(', '), '. ', t(byIp ? 'sheet.noEncryption.ip' : 'sheet.noEncryption.password'))];
}

/** Whether the device is to send without a password. */
const sendsByIp = (user) => Boolean(user.ipAuthentication ?? user.pendingIpAuthentication);

export function settings(user) {
  const {relay} = start();
  const byIp = sendsByIp(user);
  return el('section', {class: 'card settings', 'aria-labelledby': 'type'},
    el('h2', {id: 'type'}, t('sheet.what')),
    el('p', {class: 'server'}, copyable(relay.hostname, t('copy.server'))),
    facts(
      portFacts(relay, byIp),
      byIp
        ? [t('sheet.signIn'), t('sheet.signIn.off')]
        : [t('sheet.signIn'), t('sheet.signIn.on'), el('div', {}, t('user.name'), ': ', copyable(user.username, t('copy.user'))), el('div', {class: 'to-fill'}, t('password'), ': ', el('span', {class: 'line'}))],
      [t('sheet.sender'), senders(user.allowedSenders)],
      [t('sheet.largest'), t('sheet.largest.of', {message: megabytes(relay.maxMessageBytes), scans: megabytes(relay.maxMessageBytes * ATTACHED)})]));
}

const refusalTable = (rows) =>
  el('table', {class: 'list refusals'},
    el('thead', {}, el('tr', {}, ['log.code', 'log.words', 'log.remedy'].map((name) => el('th', {scope: 'col'}, t(name))))),
    el('tbody', {}, rows.map(([number, words, remedy]) =>
      el('tr', {}, el('th', {scope: 'row'}, el('code', {class: 'lines'}, number)), el('td', {lang: 'en'}, words || el('span', {class: 'quiet'}, '–')), el('td', {}, t(remedy))))));

function vendorTable(user) {
  const {relay} = start();
  const byIp = sendsByIp(user);
  const [port, how] = ports(relay)[0];
  const its = (word, usual) => (word ? el('span', {lang: 'en'}, word) : t(usual));
  const shown = (vendor) => el('details', {name: 'vendor'},
    el('summary', {}, vendor.name), el('p', {class: 'hint', lang: 'en'}, vendor.menu),
    facts(
      [its(vendor.server, 'sheet.server'), code(relay.hostname)], [its(vendor.port, 'sheet.port'), String(port)],
      vendor.encryption !== null && [its(vendor.encryption, 'sheet.encryption'), (how === 'STARTTLS' ? vendor.starttls : vendor.tls) ?? how],
      [its(vendor.signIn, 'sheet.signIn'), byIp ? its(vendor.off, 'sheet.off') : its(vendor.on, 'sheet.signIn.on')],
      !byIp && [its(vendor.user, 'user.name'), code(user.username)], !byIp && [its(vendor.password, 'password'), t('sheet.itsPassword')],
      [its(vendor.sender, 'sheet.sender'), user.allowedSenders[0]?.startsWith('@') === false ? user.allowedSenders[0] : t('sheet.senders.any')]),
    el('p', {class: 'hint screen-only'}, vendor.manual
      ? link(vendor.manual, t('sheet.source', {vendor: vendor.name}))
      : [t('sheet.unread'), vendor.see && [' ', link(vendor.see, t('sheet.see', {vendor: vendor.name}))]]));
  return el('section', {class: 'card vendors', 'aria-labelledby': 'vendors'}, el('h2', {id: 'vendors'}, t('sheet.vendors')),
    el('p', {class: 'hint screen-only'}, t('sheet.vendors.print')), vendors.map(shown));
}

function obstacles(user, here) {
  return [
    !user.enabled && box('warn', t('sheet.disabled'), el('p', {}, t('sheet.disabled.why'))),
    user.pendingIpAuthentication && box('wait', t('proof.title', {ip: user.pendingIpAuthentication.ip}), el('p', {}, link(`${here}/ip-authentication`, t('sheet.pending')))),
    start().relay.hostname === 'localhost' && box('warn', t('sheet.noName'), el('p', {}, t('sheet.noName.why'))),
  ];
}

export async function sheetPage(username) {
  const {value: user} = await api.user(username);
  const here = `#/users/${encodeURIComponent(username)}`;
  const live = `${location.origin}/${here}/device`;
  return {
    title: t('sheet.of', {username: user.username}),
    view: page({crumbs: [['#/users', t('area.users')], [here, user.username]], title: t('sheet'), kind: 'sheet', actions: [button('plain', t('print'), null, () => print())]},
      el('p', {class: 'lead'}, el('strong', {}, bdi(user.username)), user.description && [' · ', bdi(user.description)], user.ipAuthentication && [' · ', t('sheet.from'), ' ', code(user.ipAuthentication.ip)]),
      obstacles(user, here), settings(user), vendorTable(user),
      el('section', {class: 'card', 'aria-labelledby': 'log'}, el('h2', {id: 'log'}, t('log')), refusalTable(common),
        el('details', {class: 'screen-only'}, el('summary', {}, t('log.more')), refusalTable(further))),
      el('footer', {class: 'sheet-foot'}, qrCode(live, t('sheet.qr')), el('p', {class: 'hint'}, t('sheet.live'), ' ', el('span', {class: 'url'}, live), el('br'), today()))),
  };
}
