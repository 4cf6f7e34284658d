// What takes mail away from an SMTP user: disabling it, and deleting it. In a zone of their own.
import {api} from '../api.js';
import {ask} from '../page/ask.js';
import {button, el} from '../page/dom.js';
import {leaveFreely, whileUnderWay} from '../page/leaving.js';
import {t} from '../page/words.js';
import {section} from './section.js';

/** `deleted(text)` leaves what is to be said on the next page. */
export function dangerSection(model, deleted) {
  const toggle = button('plain', '', null, async () => {
    const enabled = !model.user.enabled;
    if (!enabled && !await ask({title: t('disable.title'), text: t('disable.text'), yes: t('disable.yes')})) return;
    await part.act(toggle, () => model.change((name, etag) => api.patch(name, etag, {enabled}), (user) => user.enabled),
      t(enabled ? 'enable.done' : 'disable.done'));
  });
  const remove = button('plain danger', t('delete'), null, async () => {
    const {username, ipAuthentication} = model.user;
    const text = ipAuthentication ? t('delete.textIp', {ip: ipAuthentication.ip}) : t('delete.text');
    if (!await ask({title: t('delete.title', {username}), text, yes: t('delete.yes')})) return;
    await part.act(remove, async () => {
      await whileUnderWay(() => api.remove(username, model.etag)).catch(async (failure) => {
        if (failure.status === 412) await model.refresh().catch(() => {});
        throw failure;
      });
      if (!part.whole.isConnected) return; // Somebody has gone on meanwhile.
      deleted(t('delete.done', {username}));
      leaveFreely();
      location.hash = '#/users';
    });
  });
  const part = section('danger', t('danger'), el('p', {}, t('danger.intro')), el('div', {class: 'actions'}, toggle, remove));
  part.whole.classList.add('danger-zone');
  const show = (user) => { toggle.textContent = t(user.enabled ? 'disable' : 'enable'); };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
