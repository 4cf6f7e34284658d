// A password, shown this once, in groups of four; copied without the spaces.
import {copyable} from '../page/copy.js';
import {button, el, facts} from '../page/dom.js';
import {guardWith} from '../page/leaving.js';
import {t} from '../page/words.js';

const inFours = (password) => password.match(/.{1,4}/g).join(' ');

/** `done` is what follows when it has been saved elsewhere, `label` what the button for that says. */
export function secret(username, password, done, label = t('secret.saved')) {
  guardWith({title: t('secret.leave.title'), text: t('secret.leave.text'), yes: t('secret.leave.yes'), no: t('leave.no')});
  return el('div', {class: 'secret', role: 'group', tabindex: -1, 'aria-label': t('secret')},
    el('p', {}, el('strong', {}, t('secret.once')), ' ', t('secret.where')),
    facts([t('user.name'), copyable(username, t('copy.user'))], [t('password'), copyable(password, t('copy.password'), inFours(password))]),
    el('p', {class: 'hint'}, t('secret.spaces')),
    el('div', {class: 'actions'}, button('main', label, null, () => {
      guardWith(null);
      done();
    })));
}
