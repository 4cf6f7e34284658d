// Who changed an SMTP user, when, from where, and what.
import {api} from './api.js';
import {button, el, when} from './dom.js';
import {box, busy, speak} from './feedback.js';

const PAGE = 25;

const WHAT = {
  'created': 'Created', 'changed': 'Changed', 'password-changed': 'New password',
  'ip-restrictions-set': 'IP restrictions', 'allowed-senders-set': 'Allowed senders',
  'ip-authentication-set': 'IP authentication', 'ip-authentication-removed': 'IP authentication removed',
};

const list = (entries) => (entries?.length ? entries.join(', ') : null);

// Of each fact: its name, and how it is told. The moments of a change are the change's own.
const FACTS = {
  description: ['Description', (text) => text],
  enabled: ['State', (enabled) => (enabled ? 'enabled' : 'disabled')],
  ipAuthentication: ['IP address', (trusted) => trusted?.ip],
  ipRestrictions: ['IP restrictions', list],
  allowedSenders: ['Allowed senders', list],
};

const told = (tell, facts, name) => (facts && name in facts ? tell(facts[name]) : null) || 'none';

const differences = ({before, after}) =>
  Object.entries(FACTS)
    .filter(([name]) => name in {...before, ...after})
    .map(([name, [label, tell]]) => [label, told(tell, before, name), told(tell, after, name)])
    .filter(([, was, is]) => was !== is)
    .map(([label, was, is]) => el('span', {class: 'change'}, `${label}: `,
      before && was !== 'none' && [el('del', {}, was), el('span', {'aria-hidden': 'true'}, ' → '), el('span', {class: 'spoken'}, ' became ')], el('ins', {}, is)));

const row = (entry) =>
  el('tr', {},
    el('th', {scope: 'row'}, when(entry.at)),
    el('td', {'data-label': 'What'}, el('span', {}, WHAT[entry.what] ?? entry.what, differences(entry))),
    el('td', {'data-label': 'Who'}, el('span', {class: 'who-changed'}, entry.by)),
    el('td', {'data-label': 'From'}, el('code', {}, entry.ip)));

export async function historyPage(username) {
  const rows = el('tbody');
  const told = el('div');
  let cursor = null;

  async function more() {
    const page = await api.history(username, PAGE, cursor);
    cursor = page.nextCursor;
    const added = page.items.map(row);
    rows.append(...added);
    older.hidden = !cursor;
    return added;
  }
  const older = button('plain', 'Show older', 'changes', () => busy(older, async () => {
    told.replaceChildren();
    try {
      const added = await more();
      speak(`${added.length} more`);
    } catch (failure) {
      told.replaceChildren(box('bad', 'The older changes can’t be read just now.', el('p', {}, failure.message)));
    }
  }));
  await more();
  return {
    title: `History of ${username}`,
    view: el('div', {class: 'page'},
      el('nav', {class: 'crumbs', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'SMTP users'), ' › ', el('a', {href: `#/users/${encodeURIComponent(username)}`}, username)),
      el('div', {class: 'heading'}, el('h1', {}, 'History')),
      el('p', {class: 'lead'}, 'Who changed ', el('strong', {}, username), ', the newest first. Passwords are never written down.'),
      el('div', {class: 'card flush'}, el('table', {class: 'list'},
        el('caption', {class: 'spoken'}, `Changes of ${username}`),
        el('thead', {}, el('tr', {}, ['When', 'What', 'Who', 'From'].map((name) => el('th', {scope: 'col'}, name)))), rows)),
      told, older),
  };
}
