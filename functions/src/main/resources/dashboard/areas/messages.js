// The account's mail: what became of each message, and what was refused.
import {api} from '../api.js';
import {bdi, code, el, field, page, plainInput} from '../page/dom.js';
import {box} from '../page/feedback.js';
import {addressWith, asked} from '../page/place.js';
import {ago} from '../page/times.js';
import {t} from '../page/words.js';
import {keepsMessages} from '../start.js';
import {growing, readOn} from './list.js';
import {OUTCOMES, messageLink, outcomeBadge, remedy, userLink} from './outcome.js';

const PAGE = 25;

export const from = (message) => (message.mailFrom === null ? el('span', {class: 'quiet'}, '–') : message.mailFrom === '' ? t('message.nullSender') : bdi(message.mailFrom));

/** The first recipient, and how many more there are. */
function to({recipients, recipientCount}) {
  const others = recipientCount - 1;
  return [bdi(recipients[0]), others > 0 && el('span', {class: 'quiet'}, ' ', t('message.others', {n: others}))];
}

export const columns = [
  [t('message.at'), (message) => messageLink(message, ago(message.at))],
  [t('message.outcome'), (message) => [outcomeBadge(message.outcome), message.times > 1 && el('span', {class: 'quiet'}, ' ', t('message.times', {n: message.times})),
    ['refused', 'bounced'].includes(message.outcome) && el('span', {class: 'hint'}, remedy(message))]],
  [t('message.user'), (message) => [userLink(message.username), message.ip && el('span', {class: 'hint'}, code(message.ip))]],
  [t('message.fromTo'), (message) => [from(message), message.recipients?.length > 0 && el('span', {class: 'hint'}, '→ ', to(message))]],
];

// A day is the reader's own, and not always 24 hours long; the API wants the moment. The address may say what is none.
function moment(date, plus) {
  const midnight = new Date(`${date}T00:00`);
  midnight.setDate(midnight.getDate() + plus);
  return isNaN(midnight) ? null : midnight.toISOString();
}

function filters(values) {
  const username = field(t('message.user'), plainInput({id: 'of-user', value: values.username}));
  const outcome = field(t('message.outcome'), el('select', {id: 'of-outcome'}, ['', ...OUTCOMES].map((one) =>
    el('option', {value: one, selected: one === values.outcome}, one ? t(`outcome.${one}`) : t('filter.any')))));
  const since = field(t('filter.from'), el('input', {type: 'date', id: 'of-from', value: values.from}));
  const until = field(t('filter.until'), el('input', {type: 'date', id: 'of-until', value: values.until}));
  const all = [username, outcome, since, until];
  return el('form', {class: 'filters', role: 'search', submit: (event) => {
    event.preventDefault();
    const [name, what, first, last] = all.map((one) => one.input.value.trim());
    location.hash = addressWith('messages', {username: name, outcome: what, from: first, until: last});
  }}, all.map((one) => one.whole), el('div', {class: 'actions'}, el('button', {type: 'submit', class: 'plain'}, t('filter')),
    Object.values(values).some(Boolean) && el('a', {href: '#/messages', class: 'button quiet-button'}, t('filter.none'))));
}

export async function messagesPage() {
  const query = asked();
  const values = Object.fromEntries(['username', 'outcome', 'from', 'until'].map((name) => [name, query.get(name) ?? '']));
  const asks = {username: values.username.toLowerCase(), outcome: values.outcome, from: moment(values.from, 0), until: moment(values.until, 1), limit: PAGE};
  const read = (from) => readOn((cursor) => api.messages({...asks, cursor}), from);
  const content = !keepsMessages() ? absent() : await read(null).then(
    (first) => growing({caption: t('area.messages'), columns, first, read, empty: [el('h2', {}, t('messages.none')), el('p', {}, t('messages.none.why'))]}),
    (failure) => unread(failure));
  return {title: t('area.messages'), view: page({title: t('area.messages'), kind: 'wide'}, filters(values), content)};
}

const absent = () => box('info', t('messages.absent'), el('p', {}, t('messages.absent.why')));

function unread(failure) {
  if (failure.status === 401) throw failure;
  return failure.status === 404
    ? absent()
    : box('bad', t('messages.unread'), el('p', {}, failure.message));
}
