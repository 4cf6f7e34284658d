// All of the account's trusted addresses, and what the rules would say of one.
import {api, ifThere} from '../api.js';
import {code, el, link, page} from '../page/dom.js';
import {ago, when} from '../page/times.js';
import {t} from '../page/words.js';
import {keepsMessages} from '../start.js';
import {checkSection} from './check.js';
import {growing} from './list.js';
import {outcomeBadge, userLink} from './outcome.js';

const PAGE = 25;
const MOST = 100;

// The last mail stands at the users, the first of whom are read once for all of the addresses.
async function firstUsers() {
  const {items, nextCursor} = await ifThere(api.users(MOST)) ?? {items: []};
  return {users: new Map(items.map((user) => [user.username, user])), areMore: Boolean(nextCursor)};
}

const to = (name) => `#/users/${encodeURIComponent(name)}/ip-authentication`;

export async function addressesPage() {
  const read = (cursor) => api.addresses(PAGE, cursor);
  const [first, {users, areMore}] = await Promise.all([read(null), firstUsers()]);
  const last = ({username, ip}) => {
    if (!users.has(username)) return el('span', {class: 'quiet'}, '–');
    const seen = users.get(username).lastSeen;
    return seen?.ip === ip ? [ago(seen.at), ' ', outcomeBadge(seen.outcome)] : el('span', {class: 'quiet'}, keepsMessages() ? t('addresses.noMail') : '–');
  };
  const columns = [
    [t('ip'), (one) => link(to(one.username), code(one.ip))],
    [t('message.user'), (one) => userLink(one.username)],
    [t('addresses.since'), (one) => when(one.since)],
    [t('addresses.lastMail'), last],
  ];
  const waiting = [...users.values()].filter((user) => user.pendingIpAuthentication);
  return {title: t('area.addresses'), view: page({title: t('area.addresses'), kind: 'wide'},
    el('p', {class: 'lead'}, t('addresses.lead')),
    growing({caption: t('area.addresses'), columns, first, read, empty: [el('h2', {}, t('addresses.none')), el('p', {}, t('addresses.none.why')), el('a', {class: 'button plain', href: '#/users'}, t('toUsers'))]}),
    waiting.length > 0 && el('section', {class: 'card'}, el('h2', {}, t('addresses.waiting')), el('ul', {class: 'plain-list'}, waiting.map((user) =>
      el('li', {}, code(user.pendingIpAuthentication.ip), ' → ', link(to(user.username), el('bdi', {}, user.username)), ' · ', t('proof.until'), ' ', when(user.pendingIpAuthentication.expiresAt))))),
    areMore && el('p', {class: 'hint'}, t('firstOnly', {n: users.size}), ' ', link('#/users', t('toUsers'))),
    checkSection())};
}
