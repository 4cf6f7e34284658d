// A new SMTP user.
import {el, field} from './dom.js';
import {api} from './api.js';
import {box, busy} from './feedback.js';
import {secret} from './secret.js';

export async function newUserPage() {
  const name = field('Name', el('input', {type: 'text', name: 'username', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 64}),
    '3 to 64 of a–z, 0–9 and . _ - + @, such as scanner-2f. Leave it empty to be given one. It can’t be changed later.');
  const description = field('Description', el('input', {type: 'text', name: 'description', autocomplete: 'off', maxlength: 256}), 'For you: where the device stands, or who looks after it.');
  const told = el('div');
  const button = el('button', {class: 'main'}, 'Make it');
  // The same request, sent again after an answer was lost, makes no second user.
  let key = null;
  let sent = null;

  async function make() {
    name.accept();
    description.accept();
    told.replaceChildren();
    const body = {};
    if (name.input.value.trim()) body.username = name.input.value.trim();
    if (description.input.value.trim()) body.description = description.input.value.trim();
    if (JSON.stringify(body) !== sent) {
      sent = JSON.stringify(body);
      key = crypto.randomUUID();
    }
    try {
      const {value, status} = await api.make(body, key);
      made(value, status === 201);
    } catch (failure) {
      tell(failure);
    }
  }

  function tell(failure) {
    const faults = failure.problem?.errors ?? [];
    for (const fault of faults) (fault.field === 'description' ? description : name).refuse(fault.detail);
    if (failure.type === 'username-taken') name.refuse('This name is taken. Choose another; names are shared by everybody on this relay.');
    else if (!faults.length) told.replaceChildren(box('bad', 'It wasn’t made.', el('p', {}, failure.message)));
  }

  function made(user, withPassword) {
    const to = `#/users/${encodeURIComponent(user.username)}`;
    const on = () => { location.hash = to; };
    const heading = el('h1', {tabindex: -1}, `${user.username} is made`);
    view.replaceChildren(heading, withPassword
      ? secret(user.username, user.password, on)
      : box('warn', 'It was made the first time, but that answer got lost.',
        el('p', {}, 'Its password can’t be shown any more. If the device needs one, make a new one on its page.'),
        el('a', {class: 'button main', href: to}, 'Go on')));
    heading.focus();
  }

  const view = el('div', {class: 'page narrow'},
    el('p', {class: 'crumbs'}, el('a', {href: '#/'}, 'SMTP users')),
    el('h1', {}, 'New SMTP user'),
    el('form', {class: 'card', novalidate: true, submit: (event) => {
      event.preventDefault();
      busy(button, make);
    }}, name.whole, description.whole, told, el('div', {class: 'actions'}, button, el('a', {class: 'button plain', href: '#/'}, 'Cancel'))));
  return {title: 'New SMTP user', view};
}
