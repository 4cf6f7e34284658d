// One SMTP user: how its mail goes, then its parts in the order in which somebody sets it up.
import {api} from '../api.js';
import {bdi, button, el, page} from '../page/dom.js';
import {t} from '../page/words.js';
import {dangerSection} from './deletion.js';
import {detailsSection} from './details.js';
import {healthSection} from './health.js';
import {ipAuthenticationSection} from './ip-authentication.js';
import {linesSection} from './lines.js';
import {passwordSection} from './password.js';
import {open} from './user-model.js';

const senders = {id: 'senders', words: 'senders', of: (user) => user.allowedSenders, save: api.setSenders};
const restrictions = {id: 'restrictions', words: 'restrictions', of: (user) => user.ipRestrictions, save: api.setRestrictions};

/** `part` names the section that is gone to at once; `deleted(text)` leaves what is to be said on the next page. */
export async function userPage(username, part, deleted) {
  const model = await open(username);
  const here = `#/users/${encodeURIComponent(username)}`;
  const ipAuthentication = ipAuthenticationSection(model);
  const health = await healthSection(model);
  const description = el('p', {class: 'lead'});
  const show = (user) => description.replaceChildren(user.description ? bdi(user.description) : '');
  model.onNews(show);
  show(model.user);
  const there = (section) => section.querySelector('h2').focus();
  return {
    title: model.user.username,
    focus: part === 'ip-authentication' ? ipAuthentication.querySelector('h2') : null,
    view: page({
      crumbs: [['#/users', t('area.users')]], title: bdi(model.user.username),
      actions: [button('plain', t('user.toIp'), null, () => there(ipAuthentication)),
        el('a', {class: 'button plain', href: `${here}/device`}, t('sheet')), el('a', {class: 'button plain', href: `${here}/history`}, t('history'))],
    }, description, health, detailsSection(model), passwordSection(model), linesSection(model, senders),
    linesSection(model, restrictions), ipAuthentication, dangerSection(model, deleted)),
  };
}
