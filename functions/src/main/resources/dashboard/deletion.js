// The end of an SMTP user.
import {api} from './api.js';
import {el} from './dom.js';
import {busy} from './feedback.js';
import {refusal} from './section.js';

export function deletion(model) {
  const told = el('div');
  const button = el('button', {type: 'button', class: 'plain danger small', click: () => {
    if (!confirm(`Delete ${model.user.username}? Its password and its address stop working at once. It can’t be undone.`)) return;
    busy(button, async () => {
      try {
        await api.remove(model.user.username, model.etag);
        location.hash = '#/';
      } catch (failure) {
        if (failure.status === 412) await model.refresh().catch(() => {});
        told.replaceChildren(refusal(failure));
      }
    });
  }}, 'Delete this SMTP user');
  return el('div', {class: 'last'}, button, told);
}
