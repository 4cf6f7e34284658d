// One message: what became of it, step by step; and, while it waits, the end of it.
import {api, isUncertain} from '../api.js';
import {ask} from '../page/ask.js';
import {bdi, button, code, el, facts, page} from '../page/dom.js';
import {badge, box, busy, speak} from '../page/feedback.js';
import {whileUnderWay} from '../page/leaving.js';
import {bytes, exactly, when} from '../page/times.js';
import {known, t} from '../page/words.js';
import {from} from './messages.js';
import {how, outcomeBadge, remedy, userLink} from './outcome.js';

const STEPS = {delivered: 'good', queued: 'wait', attempt: 'wait', refused: 'bad', bounced: 'bad', dropped: 'info'};

const step = ({at, what, recipients, reply, attempt, next}) =>
  el('li', {},
    el('div', {}, badge(STEPS[what] ?? 'info', known(`step.${what}`) ? t(`step.${what}`, {attempt: attempt ?? ''}) : what), ' ', exactly(at)),
    recipients?.length > 0 && el('div', {class: 'hint'}, '→ ', recipients.map((one, place) => [place > 0 && ', ', bdi(one)])),
    reply && el('div', {}, code(reply)),
    next && el('div', {class: 'hint'}, t('step.next'), ' ', when(next)));

function notDropped(failure) {
  if (failure.type === 'not-queued') return box('bad', t('drop.late'));
  if (failure.type === 'under-way') return box('bad', t('drop.notNow'), el('p', {}, t('drop.underWay')));
  return box('bad', t(isUncertain(failure) ? 'uncertain' : 'nothingChanged'), el('p', {}, failure.message));
}

export async function messagePage(id) {
  const shown = el('div');
  const told = el('div', {class: 'told'});
  const drop = button('plain danger', t('drop'), null, async () => {
    if (!await ask({title: t('drop.title'), text: t('drop.text'), yes: t('drop.yes')})) return;
    await busy(drop, async () => {
      try {
        await whileUnderWay(() => api.drop(id));
        told.replaceChildren(box('good', t('drop.done')));
        if (told.isConnected) speak(t('drop.done'));
      } catch (failure) {
        told.replaceChildren(notDropped(failure));
      }
      await api.message(id).then(show, () => {});
    });
  });
  function show(message) {
    drop.hidden = message.outcome !== 'queued';
    const advice = remedy(message);
    shown.replaceChildren(
      el('section', {class: 'card'}, el('p', {class: 'state'}, outcomeBadge(message.outcome), ' ', when(message.at)), advice && el('p', {}, advice),
        facts(
          [t('message.user'), userLink(message.username)],
          [t('message.from'), from(message)],
          message.recipients?.length > 0 && [t('message.to'), message.recipients.map((one) => el('div', {}, bdi(one))),
            message.recipientCount > message.recipients.length && el('p', {class: 'hint'}, t('message.others', {n: message.recipientCount - message.recipients.length}))],
          [t('message.how'), how(message)],
          message.helo && [t('message.helo'), bdi(message.helo)],
          message.bytes > 0 && [t('message.size'), bytes(message.bytes)],
          message.reply && [t('message.reply'), code(message.reply)],
          message.times > 1 && [t('message.repeated'), t('message.times', {n: message.times})],
          ['ID', code(message.id)]),
        el('div', {class: 'actions'}, drop)),
      message.history?.length > 0 ? el('section', {class: 'card'}, el('h2', {}, t('message.history')), el('ol', {class: 'timeline'}, message.history.map(step))) : '');
  }
  show(await api.message(id));
  return {title: t('message'), view: page({crumbs: [['#/messages', t('area.messages')]], title: t('message')}, told, shown)};
}
