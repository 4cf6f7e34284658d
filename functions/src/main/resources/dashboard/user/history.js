// Who changed an SMTP user, when, from where, and what.
import {api} from '../api.js';
import {growing} from '../areas/list.js';
import {bdi, code, el, page} from '../page/dom.js';
import {when} from '../page/times.js';
import {known, t} from '../page/words.js';

const PAGE = 25;

const list = (entries) => (entries?.length ? entries.join(', ') : null);

// Of each fact: how it is told. The moments of a change are the change's own.
const FACTS = {
  description: (text) => text,
  enabled: (enabled) => t(enabled ? 'user.enabled' : 'user.disabled'),
  bouncesTo: (address) => address,
  ipAuthentication: (trusted) => trusted?.ip,
  pendingIpAuthentication: (asked) => asked?.ip,
  ipRestrictions: list,
  allowedSenders: list,
};

const told = (tell, facts, name) => (facts && name in facts ? tell(facts[name]) : null) || t('none');

const differences = ({before, after}) =>
  Object.entries(FACTS)
    .filter(([name]) => name in {...before, ...after})
    .map(([name, tell]) => [t(`fact.${name}`), told(tell, before, name), told(tell, after, name)])
    .filter(([, was, is]) => was !== is)
    .map(([label, was, is]) => el('span', {class: 'change'}, label, ': ',
      before && was !== t('none') && [el('del', {}, bdi(was)), el('span', {'aria-hidden': 'true'}, ' → '), el('span', {class: 'spoken'}, t('became'))], el('ins', {}, bdi(is))));

const what = (entry) => el('span', {}, known(`what.${entry.what}`) ? t(`what.${entry.what}`) : entry.what, differences(entry));

/** Of a trail's entry: when, what, who and from where. */
export const changeColumns = [
  [t('history.when'), (entry) => when(entry.at)],
  [t('history.what'), what],
  [t('history.who'), (entry) => (entry.by === null ? el('span', {class: 'quiet'}, t('history.nobody')) : el('span', {class: 'who-changed'}, bdi(entry.by)))],
  [t('history.from'), (entry) => code(entry.ip)],
];

export async function historyPage(username) {
  const read = (cursor) => api.history(username, PAGE, cursor);
  const first = await read(null);
  const title = t('history.of', {username});
  return {
    title,
    view: page({crumbs: [['#/users', t('area.users')], [`#/users/${encodeURIComponent(username)}`, username]], title: t('history')},
      el('p', {class: 'lead'}, t('history.lead', {username: el('strong', {}, bdi(username))})),
      growing({caption: title, columns: changeColumns, first, read, empty: el('p', {}, t('activity.none'))})),
  };
}
