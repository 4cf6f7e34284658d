// The account's SMTP users: a list with search by the beginning of a name, and what needs a look.
import {api} from '../api.js';
import {bdi, code, el, link, page, table} from '../page/dom.js';
import {badge, box, speak} from '../page/feedback.js';
import {addressWith, asked, rewrite} from '../page/place.js';
import {ago, dayBefore, now} from '../page/times.js';
import {count, t} from '../page/words.js';
import {keepsMessages} from '../start.js';
import {outcomeBadge} from './outcome.js';

const PAGE = 25;
const MOST = 100; // that are read at once where not all are shown
const LOOKS = 10;
const TYPING = 250;
const WEEK = 6; // days before today
const AT_ONCE = 3; // a new account on AWS may have ten requests under way

const SILENT = 7 * 86_400_000;
export const isSilent = (user) => user.lastSeen && now() - new Date(user.lastSeen.at) > SILENT;
export const isTrouble = (user) => ['refused', 'bounced'].includes(user.lastSeen?.outcome);
const FILTERS = {
  trouble: isTrouble,
  silent: isSilent,
  fresh: (user) => !user.lastSeen,
  disabled: (user) => !user.enabled,
};
/** Those that something can be found by. */
const filters = () => (keepsMessages() ? Object.keys(FILTERS) : ['disabled']);

const quiet = (text) => el('span', {class: 'quiet'}, text);

const signsIn = (user) => [
  user.ipAuthentication ? [t('by.ip'), ' ', code(user.ipAuthentication.ip)] : t('by.password'),
  user.pendingIpAuthentication && el('span', {class: 'hint'}, badge('wait', t('proof.waiting')), ' ', code(user.pendingIpAuthentication.ip))];

const lastSeen = ({lastSeen: seen}) => (seen ? [ago(seen.at), ' ', outcomeBadge(seen.outcome)] : quiet(keepsMessages() ? t('users.noMail') : '–'));

// Asked for behind the list, a few at once: nobody waits for them.
function weeks() {
  const cells = [];
  let under = 0;
  async function next() {
    const todo = cells.shift();
    if (!todo || under >= AT_ONCE) return void (todo && cells.unshift(todo));
    under++;
    const usage = await api.usage({from: dayBefore(WEEK), until: dayBefore(0), username: todo.name}).catch(() => null);
    under--;
    if (usage === null) cells.length = 0;
    else todo.cell.textContent = count(usage.days.reduce((sum, day) => sum + day.messages, 0));
    if (todo.cell.isConnected) next();
  }
  return (user) => {
    const cell = quiet('–');
    if (user.lastSeen) {
      cells.push({name: user.username, cell});
      setTimeout(next);
    }
    return cell;
  };
}

const columns = () => [
  [t('users.name'), (user) => [link(`#/users/${encodeURIComponent(user.username)}`, bdi(user.username)), !user.enabled && [' ', badge('off', t('users.disabled'))],
    user.description && el('span', {class: 'hint'}, bdi(user.description))]],
  [t('users.signsIn'), signsIn],
  [t('users.lastSeen'), lastSeen],
  [t('users.week'), weeks()],
];

const create = (label) => el('a', {class: 'button main', href: '#/new'}, label);

const empty = () =>
  el('div', {class: 'empty'}, el('h2', {}, t('users.none')), el('p', {}, t('users.none.why')), create(t('users.first')));

/** Users from there on, until there are as many as a page shows that are such; a filter reads through many of them. */
async function readOn(prefix, cursor, filter) {
  const found = [];
  let next = cursor;
  for (let looks = 0; looks === 0 || (filter && next && found.length < PAGE && looks < LOOKS); looks++) {
    const page = await api.users(filter ? MOST : PAGE, next, prefix);
    found.push(...(filter ? page.items.filter(FILTERS[filter]) : page.items));
    next = page.nextCursor;
  }
  return {items: found, next};
}

/** How many there are, counted behind the list: the API doesn't say. Nobody waits for it, and thousands aren't counted. */
async function countOn(where, prefix, {items, next}) {
  let [count, cursor] = [items.length, next];
  for (let looks = 0; cursor && looks < LOOKS && (looks === 0 || where.isConnected); looks++) {
    const page = await api.users(MOST, cursor, prefix).catch(() => null);
    if (!page) return;
    count += page.items.length;
    cursor = page.nextCursor;
  }
  where.textContent = t(cursor ? 'users.atLeast' : 'users.count', {n: count});
}

export async function usersPage() {
  const query = asked();
  const filter = filters().find((one) => one === query.get('show')) ?? '';
  const cursor = query.get('cursor');
  const list = el('div');
  const howMany = el('p', {class: 'hint'});
  let turn = 0;

  async function read(prefix) {
    const mine = ++turn;
    try {
      const {items, next} = await readOn(prefix, prefix === query.get('prefix') || !prefix ? cursor : null, filter);
      if (mine !== turn) return;
      tools.hidden = !items.length && !prefix && !filter && !cursor;
      const none = t(next ? 'users.noneSoFar' : 'users.noneFound');
      list.replaceChildren(...(tools.hidden ? [empty()] : items.length ? [table(t('area.users'), columns(), items)] : [el('p', {class: 'pad quiet'}, none)]), pages(prefix, next));
      const count = el('span');
      howMany.replaceChildren(count);
      if (!cursor && !filter && items.length) countOn(count, prefix, {items, next});
      if (prefix && sought.isConnected) speak(items.length ? t('users.found', {n: items.length}) : none);
    } catch (failure) {
      if (mine !== turn) return;
      list.replaceChildren(el('div', {class: 'pad'}, box('bad', t('users.unread'), el('p', {}, failure.message),
        el('button', {type: 'button', class: 'plain', click: () => read(prefix)}, t('again')))));
    }
  }

  const pages = (prefix, next) => ((cursor || next) ? el('nav', {class: 'pages', 'aria-label': t('pages')},
    cursor ? link(addressWith('users', {prefix, show: filter}), t('pages.first')) : el('span'),
    next && link(addressWith('users', {prefix, show: filter, cursor: next}), t('pages.next'))) : '');

  let typing;
  const sought = el('input', {type: 'search', id: 'search', value: query.get('prefix'), placeholder: t('users.search'), autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', input: () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      if (!sought.isConnected) return; // The address is another page's by now.
      const prefix = sought.value.trim().toLowerCase();
      rewrite(addressWith('users', {prefix, show: filter}));
      read(prefix);
    }, TYPING);
  }});
  const tools = el('div', {class: 'tools'},
    el('div', {class: 'search', role: 'search'}, el('label', {class: 'spoken', for: 'search'}, t('users.search')), sought),
    el('nav', {class: 'chips', 'aria-label': t('filter')}, ['', ...filters()].map((one) =>
      el('a', {href: addressWith('users', {show: one}), 'aria-current': one === filter ? 'true' : null}, t(`users.show.${one || 'all'}`)))));
  await read(query.get('prefix') ?? '');
  return {
    title: t('area.users'),
    view: page({title: t('area.users'), kind: 'wide', actions: [create(t('users.new'))]}, tools, el('div', {class: 'card flush'}, list), howMany),
  };
}
