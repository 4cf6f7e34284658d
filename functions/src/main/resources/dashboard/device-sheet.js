// What to type into the device for one SMTP user. Made to be printed and taken along.
import {api} from './api.js';
import {el} from './dom.js';
import {box} from './feedback.js';
import {copyable} from './copy.js';
import {refusals} from './refusals.js';
import {start} from './start.js';

const fact = (name, ...value) => [el('dt', {}, name), el('dd', {}, value)];

// Whole ones, rounded down: a device that says MB may mean either.
const megabytes = (octets) => Math.floor(octets / 1_000_000);

/** A message's text grows by a third and a bit when it is packed for mail. */
const attachment = (octets) => Math.floor((octets * 0.73) / 1_000_000);

function sender(user) {
  const [first] = user.allowedSenders;
  if (!first) return ['Any address of yours that replies may go to'];
  return user.allowedSenders.map((allowed) => (allowed.startsWith('@') ? el('p', {}, `Any address that ends in ${allowed}`) : el('p', {}, copyable(allowed, 'the sender address'))));
}

const ports = (relay) => [
  ...relay.startTlsPorts.map((port) => [port, 'STARTTLS']),
  ...relay.tlsPorts.map((port) => [port, 'SSL/TLS']),
];

export async function sheetPage(username) {
  const {value: user} = await api.user(username);
  const {relay} = start();
  const trusted = user.ipAuthentication;
  return {
    title: `Device sheet of ${user.username}`,
    view: el('div', {class: 'page sheet'},
      el('p', {class: 'crumbs'}, el('a', {href: '#/'}, 'SMTP users'), ' › ', el('a', {href: `#/users/${encodeURIComponent(username)}`}, user.username)),
      el('div', {class: 'heading'}, el('h1', {}, 'Device sheet'), el('button', {type: 'button', class: 'plain', click: () => print()}, 'Print')),
      el('p', {class: 'lead'}, 'For ', el('strong', {}, user.username), user.description && ` (${user.description})`, trusted ? [', sending from ', el('code', {}, trusted.ip), '.'] : '.'),
      !trusted && box('warn', 'No address is trusted yet.', el('p', {}, 'Until one is saved under IP authentication, the device needs the user name and the password.')),
      !user.enabled && box('warn', 'This SMTP user is disabled.', el('p', {}, 'None of its mail is taken until it is enabled.')),
      el('section', {class: 'card', 'aria-labelledby': 'type'},
        el('h2', {id: 'type'}, 'What to type into the device'),
        el('dl', {class: 'facts'},
          fact('Server (SMTP host)', copyable(relay.hostname, 'the server')),
          fact('Port and encryption', el('ol', {class: 'ports'}, ports(relay).map(([port, how]) => el('li', {}, copyable(String(port), `port ${port}`), ` ${how}`))),
            el('p', {class: 'hint'}, 'Try them in this order. A device that knows no encryption leaves it off and uses a STARTTLS port.')),
          fact('SMTP authentication', trusted ? 'Off. No user name, no password.' : ['On. User name ', copyable(user.username, 'the user name'), ' and its password.']),
          fact('Sender address (From)', sender(user)),
          fact('Largest message', `${megabytes(relay.maxMessageBytes)} MB, about ${attachment(relay.maxMessageBytes)} MB of scans`))),
      el('section', {class: 'card', 'aria-labelledby': 'log'},
        el('h2', {id: 'log'}, 'What the device’s log may say'),
        el('table', {class: 'list refusals'},
          el('thead', {}, el('tr', {}, ['Code', 'Words', 'What to do'].map((name) => el('th', {scope: 'col'}, name)))),
          el('tbody', {}, refusals.map(([code, words, remedy]) => el('tr', {}, el('th', {scope: 'row'}, el('code', {}, code)), el('td', {}, words), el('td', {}, remedy))))))),
  };
}
