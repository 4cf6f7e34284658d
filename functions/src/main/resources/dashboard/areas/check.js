// What the relay's rules would say now, of an address, an SMTP user or a sender.
import {api} from '../api.js';
import {code, el, facts, field, plainInput} from '../page/dom.js';
import {box, busy, outcome, speakOf} from '../page/feedback.js';
import {known, t} from '../page/words.js';
import {userLink} from './outcome.js';

const because = (why) => (why && known(`remedy.${why}`) ? t(`remedy.${why}`) : why);

const said = (answer) =>
  box(answer.allowed ? 'good' : 'bad', t(answer.allowed ? 'check.allowed' : 'check.refused'),
    facts(
      answer.as && [t('check.as'), userLink(answer.as)],
      answer.authenticatedBy && [t('check.by'), t(`by.${answer.authenticatedBy}`)],
      answer.reply && [t('message.reply'), code(answer.reply)],
      !answer.allowed && answer.because && [t('check.because'), because(answer.because)]));

export function checkSection() {
  const ip = field(t('ip'), plainInput({id: 'check-ip', placeholder: '198.51.100.7'}), t('check.ip.hint'));
  const username = field(t('check.username'), plainInput({id: 'check-user'}), t('check.username.hint'));
  const sender = field(t('check.sender'), plainInput({id: 'check-sender', placeholder: 'scans@example.com'}), t('check.sender.hint'));
  const fields = {ip, username, mailFrom: sender};
  const go = el('button', {type: 'submit', class: 'plain'}, t('check.go'));
  const form = el('form', {novalidate: true, submit: (event) => {
    event.preventDefault();
    busy(go, check);
  }}, el('div', {class: 'filters'}, ip.whole, username.whole, sender.whole), el('div', {class: 'actions'}, go));
  const told = outcome(form);
  async function check() {
    const body = {};
    for (const [name, one] of Object.entries(fields)) {
      one.accept();
      if (one.input.value.trim()) body[name] = one.input.value.trim();
    }
    if (!body.ip && !body.username) return ip.refuse(t('check.empty'));
    try {
      told.replaceChildren(said(await api.check(body)));
      return told.isConnected && speakOf(told);
    } catch (failure) {
      const faults = (failure.problem?.errors ?? []).filter((fault) => fields[fault.field]);
      for (const fault of faults) fields[fault.field].refuse(fault.detail);
      if (faults.length) return told.replaceChildren();
      if (failure.status === 422 && body.ip) return ip.refuse(failure.message);
      return told.replaceChildren(box(failure.status === 404 ? 'info' : 'bad', t(failure.status === 404 ? 'check.absent' : 'nothingChecked'), failure.status !== 404 && el('p', {}, failure.message)));
    }
  }
  return el('section', {class: 'card', 'aria-labelledby': 'check'}, el('h2', {id: 'check'}, t('check')), el('p', {}, t('check.intro')), form, told);
}
