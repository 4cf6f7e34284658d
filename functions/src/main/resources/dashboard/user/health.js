// How one SMTP user's mail goes: the last of it, this week, and the last refusal with what to do.
import {api, ifThere} from '../api.js';
import {addressWith} from '../page/place.js';
import {el, facts, link} from '../page/dom.js';
import {badge, box} from '../page/feedback.js';
import {ago, dayBefore} from '../page/times.js';
import {count, t} from '../page/words.js';
import {how, outcomeBadge, trouble} from '../areas/outcome.js';
import {keepsMessages} from '../start.js';
import {watch} from './watch.js';

const WEEK = 6; // days before today

const sum = (days, what) => days.reduce((all, day) => all + day[what], 0);

const week = ({days}) => t('health.week.figures', {messages: count(sum(days, 'messages')), refused: count(sum(days, 'refused'))});

const way = (user) => [
  !user.enabled && badge('off', t('users.disabled')), ' ',
  user.ipAuthentication ? t('health.byIp', {ip: el('code', {}, user.ipAuthentication.ip)}) : t('health.byPassword')];

export async function healthSection(model) {
  const {user} = model;
  const name = user.username;
  const seen = user.lastSeen;
  const [usage, refused] = await Promise.all([
    ifThere(api.usage({from: dayBefore(WEEK), until: dayBefore(0), username: name})),
    seen ? ifThere(api.messages({username: name, outcome: 'refused,bounced', from: `${dayBefore(WEEK)}T00:00:00Z`, limit: 1})) : null]);
  const bad = refused?.items[0];
  const state = el('p', {class: 'state'});
  const show = (newer) => state.replaceChildren(...way(newer).flat(Infinity).filter(Boolean));
  model.onNews(show);
  show(user);
  return el('section', {class: 'card health', 'aria-labelledby': 'health'}, el('h2', {id: 'health'}, t('health')), state,
    seen && facts(
      [t('health.last'), ago(seen.at), ' ', outcomeBadge(seen.outcome), el('div', {class: 'hint'}, how(seen))],
      usage && [t('health.week'), week(usage)],
      [t('area.messages'), link(addressWith('messages', {username: name}), t('health.all'))]),
    bad && trouble(bad, t('health.trouble')),
    !seen && user.enabled && watch(user),
    !seen && !user.enabled && box('info', t(keepsMessages() ? 'users.noMail' : 'messages.absent')));
}
