// One SMTP user: its parts in the order in which somebody sets it up.
import {api} from './api.js';
import {deletion} from './deletion.js';
import {button, el} from './dom.js';
import {ipAuthenticationSection} from './ip-authentication.js';
import {linesSection} from './lines.js';
import {passwordSection} from './password.js';
import {stateSection} from './state.js';
import {open} from './user-model.js';

const senders = {
  id: 'senders', title: 'Allowed senders', label: 'Sender addresses, one to a line',
  intro: 'The addresses that this SMTP user may send as. Leave it empty to allow any.',
  hint: 'Whole addresses, such as scans@example.com, or @example.com for all of a domain.',
  empty: 'Any address is allowed', of: (user) => user.allowedSenders, save: api.setSenders,
};

const restrictions = {
  id: 'restrictions', title: 'IP restrictions', label: 'Networks, one to a line',
  intro: 'The networks that this SMTP user’s password may be used from. They let nobody in without it, and don’t concern the address below, which needs no password. Leave it empty for no restriction.',
  hint: 'Addresses or networks, such as 192.0.2.7 or 192.0.2.0/24.',
  empty: 'The password works from anywhere', of: (user) => user.ipRestrictions, save: api.setRestrictions,
};

/** How this user's mail gets in just now, at a glance, and the way to the part that most come for. */
function glance(model, to) {
  const text = el('p');
  const show = ({enabled, ipAuthentication}) => text.replaceChildren(
    ...(!enabled ? [el('strong', {}, 'Disabled.'), ' None of its mail is taken.']
      : ipAuthentication ? ['Sends from ', el('code', {}, ipAuthentication.ip), ' without a password.']
        : ['Sends with its password only: no IP address is trusted.']));
  model.onNews(show);
  show(model.user);
  return el('div', {class: 'glance'}, text, button('plain small', 'To IP authentication ↓', null, () => to.querySelector('h2').focus()));
}

/** `part` names the section that is gone to at once. */
export async function userPage(username, part) {
  const model = await open(username);
  const here = `#/users/${encodeURIComponent(username)}`;
  const ipAuthentication = ipAuthenticationSection(model);
  return {
    title: model.user.username,
    focus: part === 'ip-authentication' ? ipAuthentication.querySelector('h2') : null,
    view: el('div', {class: 'page'},
      el('nav', {class: 'crumbs', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'SMTP users')),
      el('div', {class: 'heading'}, el('h1', {}, model.user.username),
        el('div', {class: 'actions'}, el('a', {class: 'button plain', href: `${here}/device`}, 'Device sheet'), el('a', {class: 'button plain', href: `${here}/history`}, 'History'))),
      glance(model, ipAuthentication),
      stateSection(model), passwordSection(model), linesSection(model, senders),
      linesSection(model, restrictions), ipAuthentication, deletion(model)),
  };
}
