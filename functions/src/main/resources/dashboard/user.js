// One SMTP user: its parts in the order in which somebody sets it up.
import {api} from './api.js';
import {el} from './dom.js';
import {open} from './user-model.js';
import {stateSection} from './state.js';
import {passwordSection} from './password.js';
import {linesSection} from './lines.js';
import {ipAuthenticationSection} from './ip-authentication.js';
import {deletion} from './deletion.js';

const senders = {
  id: 'senders', title: 'Allowed senders', label: 'One to a line', none: {now: 'Allowed now'}, empty: 'Any sender address is allowed now.',
  intro: 'The sender addresses that this SMTP user may use. Leave it empty to allow any.',
  hint: 'Whole addresses, such as scans@example.com, or @example.com for all of a domain.',
  of: (user) => user.allowedSenders, ask: api.setSenders,
};

const restrictions = {
  id: 'restrictions', title: 'IP restrictions', label: 'One to a line', none: {now: 'The password works only from'}, empty: 'The password works from anywhere now.',
  intro: 'The networks that this SMTP user’s password may be used from. They let nobody in without it, and don’t concern the address below, which needs no password. Leave it empty for no restriction.',
  hint: 'Addresses or networks, such as 192.0.2.7 or 192.0.2.0/24.',
  of: (user) => user.ipRestrictions, ask: api.setRestrictions,
};

export async function userPage(username) {
  const model = await open(username);
  return {
    title: model.user.username,
    view: el('div', {class: 'page'},
      el('p', {class: 'crumbs'}, el('a', {href: '#/'}, 'SMTP users')),
      el('div', {class: 'heading'}, el('h1', {}, model.user.username),
        el('a', {class: 'button plain', href: `#/users/${encodeURIComponent(username)}/device`}, 'Device sheet')),
      stateSection(model), passwordSection(model), linesSection(model, senders),
      linesSection(model, restrictions), ipAuthenticationSection(model), deletion(model)),
  };
}
