// A new password in place of the old one.
import {api} from './api.js';
import {el, when} from './dom.js';
import {section} from './section.js';
import {secret} from './secret.js';

export function passwordSection(model) {
  const since = el('p', {});
  const shown = el('div');
  const button = el('button', {type: 'button', class: 'plain', click: () => {
    if (!confirm('The old password stops working at once. Make a new one?')) return;
    part.act(button, async () => {
      // Shown before anything else can go wrong: it can't be had twice.
      await model.change(async (name, etag) => {
        const answer = await api.newPassword(name, etag);
        shown.replaceChildren(secret(name, answer.value.password, () => {
          shown.replaceChildren();
          button.focus();
        }));
        return answer;
      });
    });
  }}, 'New password');
  const part = section('password', 'Password', null, since, button, shown);
  const show = (user) => { since.textContent = `Made ${when(user.passwordChangedAt)}. It works from anywhere, beside the address below, and is the better way wherever the device can do it.`; };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
