// A new password in place of the old one.
import {api} from './api.js';
import {ask} from './ask.js';
import {button, el, when} from './dom.js';
import {section} from './section.js';
import {secret} from './secret.js';

const REPLACING = {
  title: 'Make a new password?',
  text: 'The old one stops working within five seconds, in every device and program that has it.',
  yes: 'Make a new one',
};

export function passwordSection(model) {
  const since = el('p');
  const shown = el('div');
  const replace = button('plain', 'New password', null, async () => {
    if (!await ask(REPLACING)) return;
    // Shown before anything else can go wrong: it can't be had twice.
    await part.act(replace, () => model.change(async (name, etag) => {
      const answer = await api.newPassword(name, etag);
      const made = secret(name, answer.value.password, () => {
        shown.replaceChildren();
        replace.focus();
      });
      shown.replaceChildren(made);
      made.focus();
      return answer;
    }, (user) => user.passwordChangedAt));
  });
  const part = section('password', 'Password',
    el('p', {}, 'The better way wherever the device can sign in: it works beside the address below, and from anywhere that the IP restrictions allow.'),
    since, replace, shown);
  const show = (user) => since.replaceChildren('Last changed ', when(user.passwordChangedAt), '. It can’t be shown again.');
  model.onNews(show);
  show(model.user);
  return part.whole;
}
