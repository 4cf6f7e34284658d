// A new password in place of the old one.
import {api} from '../api.js';
import {ask} from '../page/ask.js';
import {button, el} from '../page/dom.js';
import {whileUnderWay} from '../page/leaving.js';
import {when} from '../page/times.js';
import {t} from '../page/words.js';
import {section} from './section.js';
import {secret} from './secret.js';

export function passwordSection(model) {
  const since = el('p');
  const shown = el('div');
  const replace = button('plain', t('password.new'), null, async () => {
    if (!await ask({title: t('password.new.title'), text: t('password.new.text'), yes: t('password.new.yes')})) return;
    await part.act(replace, () => model.change(made, (user) => user.passwordChangedAt));
  });
  // Shown before anything else can go wrong: it can't be had twice.
  async function made(name, etag) {
    const answer = await whileUnderWay(() => api.newPassword(name, etag), t('secret.underWay'));
    if (part.whole.isConnected) {
      const once = secret(name, answer.value.password, () => {
        shown.replaceChildren();
        replace.focus();
      });
      shown.replaceChildren(once);
      once.focus();
    }
    return answer;
  }
  const part = section('password', t('password'), el('p', {}, t('password.intro')), since, el('div', {class: 'actions'}, replace), shown);
  const show = (user) => since.replaceChildren(...[t('password.since', {when: when(user.passwordChangedAt)})].flat());
  model.onNews(show);
  show(model.user);
  return part.whole;
}
