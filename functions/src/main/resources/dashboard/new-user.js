// A new SMTP user.
import {api} from './api.js';
import {button, el, field} from './dom.js';
import {box, busy} from './feedback.js';
import {secret} from './secret.js';

const LOST = 'It was created the first time, but the answer got lost.';

export async function newUserPage() {
  const name = field('User name', el('input', {type: 'text', name: 'username', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 64}),
    'Such as scanner-2f: 3 to 64 of a–z, 0–9 and . _ - + @. Leave it empty to be given one. It can’t be changed later.');
  const description = field('Description', el('input', {type: 'text', name: 'description', autocomplete: 'off', maxlength: 256}), 'For you: where the device stands, or who looks after it.');
  const told = el('div');
  const create = button('main', 'Create SMTP user');
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
    const of = (part) => faults.filter((fault) => (fault.field === 'description') === (part === description)).map((fault) => fault.detail);
    if (failure.type === 'username-taken') name.refuse('This name is taken. Choose another: names are shared by everybody on this relay.');
    else if (!faults.length && failure.status !== 401) told.replaceChildren(box('bad', 'It wasn’t created.', el('p', {}, failure.message)));
    // The last one has the focus in the end, which is the first on the page.
    for (const part of [description, name]) if (of(part).length) part.refuse(...of(part));
  }

  function made(user, withPassword) {
    const to = `#/users/${encodeURIComponent(user.username)}`;
    const heading = el('h1', {tabindex: -1}, `${user.username} was created`);
    view.replaceChildren(heading, withPassword
      ? secret(user.username, user.password, () => { location.hash = to; })
      : box('warn', LOST,
        el('p', {}, 'So its password can’t be shown any more. If the device needs one, make a new one on the next page.'),
        el('a', {class: 'button main', href: to}, 'Go on')));
    document.title = `${heading.textContent} · Outbound SMTP`;
    heading.focus();
  }

  const view = el('div', {class: 'page narrow'},
    el('nav', {class: 'crumbs', 'aria-label': 'Where this is'}, el('a', {href: '#/'}, 'SMTP users')),
    el('h1', {}, 'New SMTP user'),
    el('form', {class: 'card', novalidate: true, submit: (event) => {
      event.preventDefault();
      busy(create, make);
    }}, name.whole, description.whole, told, el('div', {class: 'actions'}, create, el('a', {class: 'button plain', href: '#/'}, 'Cancel'))));
  return {title: 'New SMTP user', view};
}
