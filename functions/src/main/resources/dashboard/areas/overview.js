// How the account's mail goes today, and what needs a look.
import {api, ifThere} from '../api.js';
import {code, el, link, page} from '../page/dom.js';
import {badge, box} from '../page/feedback.js';
import {addressWith} from '../page/place.js';
import {ago, dayBefore} from '../page/times.js';
import {count, t} from '../page/words.js';
import {keepsMessages} from '../start.js';
import {chart} from './chart.js';
import {readOn} from './list.js';
import {userLink} from './outcome.js';
import {isSilent, isTrouble} from './users.js';

const DAYS = 29; // before today
const MOST = 100;
const SHOWN = 8;

const tile = (label, value, href) => el('a', {class: 'tile', href}, el('span', {class: 'figure'}, value), el('span', {}, label));

function howMany({items, nextCursor}) {
  if (!nextCursor) return count(items.length);
  return items.length ? `${count(items.length)}+` : '–';
}

function today(usage, queued) {
  const day = usage.days.at(-1) ?? {messages: 0, refused: 0};
  return el('div', {class: 'tiles'},
    tile(t('overview.accepted'), count(day.messages), '#/messages'),
    tile(t('overview.refused'), count(day.refused), addressWith('messages', {outcome: 'refused'})),
    queued && keepsMessages() && tile(t('overview.queued'), howMany(queued), addressWith('messages', {outcome: 'queued'})));
}

const WORST = ['bad', 'wait', 'warn'];

/** What of a user needs a look, the worst of it: how bad, in a word, and more of it. */
function needs(user) {
  const {lastSeen: seen, pendingIpAuthentication: pending} = user;
  if (user.enabled && isTrouble(user)) return ['bad', t(`outcome.${seen.outcome}`), ago(seen.at), seen.reply && [' · ', code(seen.reply)]];
  if (pending) return ['wait', t('proof.waiting'), t('overview.waits', {ip: code(pending.ip)})];
  if (user.enabled && seen?.outcome === 'queued') return ['wait', t('outcome.queued'), ago(seen.at)];
  if (user.enabled && isSilent(user)) return ['warn', t('overview.silent'), t('overview.silentSince', {ago: ago(seen.at)})];
  return null;
}

function nothing({nextCursor}) {
  if (!keepsMessages()) return t('messages.absent');
  return t(nextCursor ? 'overview.fineSoFar' : 'overview.fine');
}

function attention(users) {
  const lines = users.items.map((user) => [user, needs(user)]).filter(([, line]) => line)
    .sort(([, [one]], [, [other]]) => WORST.indexOf(one) - WORST.indexOf(other));
  return el('section', {class: 'card', 'aria-labelledby': 'needs'}, el('h2', {id: 'needs'}, t('overview.needs')),
    lines.length === 0 ? el('p', {class: 'quiet'}, nothing(users)) : el('ul', {class: 'plain-list'}, lines.slice(0, SHOWN).map(([user, [kind, state, ...text]]) =>
      el('li', {}, userLink(user.username), ' ', badge(kind, state), el('span', {class: 'hint'}, text)))),
    lines.length > SHOWN && el('p', {}, link('#/users', t('overview.more', {n: lines.length - SHOWN}))),
    users.nextCursor && el('p', {class: 'hint'}, t('firstOnly', {n: users.items.length}), ' ', link('#/users', t('toUsers'))));
}

async function here() {
  const caller = await ifThere(api.caller());
  if (!caller?.ip) return '';
  const ip = code(caller.ip);
  const said = await api.holder(caller.ip).then(
    (holder) => t('overview.hereTrusted', {ip, user: userLink(holder.username)}),
    ({status}) => t(status === 404 ? 'overview.here' : 'ip.youAreAt', {ip}));
  return el('p', {class: 'lead'}, said);
}

export async function overviewPage() {
  const [users, usage, queued, whereFrom] = await Promise.all([
    api.users(MOST), ifThere(api.usage({from: dayBefore(DAYS), until: dayBefore(0)})), ifThere(readOn((cursor) => api.messages({outcome: 'queued', limit: MOST, cursor}))), here()]);
  const isEmpty = users.items.length === 0;
  const content = isEmpty
    ? el('div', {class: 'card empty'}, el('h2', {}, t('users.none')), el('p', {}, t('users.none.why')), el('a', {class: 'button main', href: '#/new'}, t('users.first')))
    : [usage ? today(usage, queued) : box('info', t('overview.noFigures')), attention(users),
      usage?.days.length > 0 && el('section', {class: 'card', 'aria-labelledby': 'month'}, el('h2', {id: 'month'}, t('overview.month')), chart(usage.days))];
  return {title: t('area.overview'), view: page({title: t('area.overview'), kind: 'wide',
    actions: isEmpty ? [] : [el('a', {class: 'button main', href: '#/new'}, t('users.new'))]}, whereFrom, content)};
}
