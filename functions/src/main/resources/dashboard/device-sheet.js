// What to type into the device for one SMTP user. Made to be printed and taken along.
import {api} from './api.js';
import {copyable} from './copy.js';
import {button, el, facts} from './dom.js';
import {box} from './feedback.js';
import {refusals} from './refusals.js';
import {start} from './start.js';

const MEGABYTE = 1_000_000;
// What base64 and its line ends leave of a message for what is attached.
const ATTACHED = 0.73;

// Whole ones, rounded down: a device that says MB may mean either.
const megabytes = (octets) => `${Math.floor(octets / MEGABYTE)} MB`;

const senders = (allowed) =>
  (allowed.length
    ? allowed.map((sender) => el('p', {}, sender.startsWith('@') ? `Any address that ends in ${sender}` : copyable(sender, `the sender address ${sender}`)))
    : 'Any address of yours that replies may go to');

const ports = (relay) =>
  el('ol', {class: 'ports'}, [
    ...relay.startTlsPorts.map((port) => [port, 'STARTTLS']),
    ...relay.tlsPorts.map((port) => [port, 'SSL/TLS']),
  ].map(([port, how]) => el('li', {}, copyable(String(port), `port ${port}`), el('span', {}, ` with ${how}`))));

const settings = (user, relay) =>
  el('section', {class: 'card', 'aria-labelledby': 'type'},
    el('h2', {id: 'type'}, 'What to type into the device'),
    facts(
      ['Server (SMTP host)', copyable(relay.hostname, 'the server')],
      ['Port and encryption', ports(relay), el('p', {class: 'hint'}, 'Try them in this order. If the device knows no encryption, turn it off and use a STARTTLS port.')],
      ['SMTP authentication', ...(user.ipAuthentication ? ['Off. No user name, no password.'] : ['On. User name ', copyable(user.username, 'the user name'), ' and its password.'])],
      ['Sender address (From)', senders(user.allowedSenders)],
      ['Largest message', `${megabytes(relay.maxMessageBytes)}, which is about ${megabytes(relay.maxMessageBytes * ATTACHED)} of scans`]));

const log = () =>
  el('section', {class: 'card', 'aria-labelledby': 'log'},
    el('h2', {id: 'log'}, 'What the device’s log may say'),
    el('table', {class: 'list refusals', 'aria-labelledby': 'log'},
      el('thead', {}, el('tr', {}, ['Code', 'Words', 'What to do'].map((name) => el('th', {scope: 'col'}, name)))),
      el('tbody', {}, refusals.map(([code, words, remedy]) =>
        el('tr', {}, el('th', {scope: 'row'}, el('code', {class: 'lines'}, code)), el('td', {}, words), el('td', {}, remedy))))));

function obstacles(user, relay, here) {
  return [
    !user.enabled && box('warn', 'This SMTP user is disabled.', el('p', {}, 'None of its mail is taken until it is enabled.')),
    !user.ipAuthentication && box('warn', 'No IP address is trusted yet.', el('p', {}, 'Until one is saved, the device needs the user name and the password. '), el('a', {href: `${here}/ip-authentication`}, 'Set up IP authentication')),
    relay.hostname === 'localhost' && box('warn', 'The relay has no name yet.', el('p', {}, '“localhost” is good on the relay’s own machine only. Whoever runs the relay sets its name with RELAY_HOSTNAME.')),
  ];
}

export async function sheetPage(username) {
  const {value: user} = await api.user(username);
  const {relay} = start();
  const here = `#/users/${encodeURIComponent(username)}`;
  return {
    title: `Device sheet of ${user.username}`,
    view: el('div', {class: 'page sheet'},
      el('nav', {class: 'crumbs', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'SMTP users'), ' › ', el('a', {href: here}, user.username)),
      el('div', {class: 'heading'}, el('h1', {}, 'Device sheet'), button('plain', 'Print', null, () => print())),
      el('p', {class: 'lead'}, 'For ', el('strong', {}, user.username), user.description && ` (${user.description})`, user.ipAuthentication ? [', sending from ', el('code', {}, user.ipAuthentication.ip), '.'] : '.'),
      obstacles(user, relay, here), settings(user, relay), log()),
  };
}
