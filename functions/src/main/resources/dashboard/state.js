// The user's description, and whether it may send at all.
import {api} from './api.js';
import {el, field, when} from './dom.js';
import {follow, section, settle} from './section.js';

export function stateSection(model) {
  const description = field('Description', el('input', {type: 'text', name: 'description', maxlength: 256, autocomplete: 'off'}));
  const save = el('button', {class: 'main'}, 'Save');
  const toggle = el('button', {type: 'button', class: 'plain', click: () => {
    const enabled = !model.user.enabled;
    if (!enabled && !confirm('Mail of this SMTP user is refused from now on, by password and by address, until you enable it again. Disable it?')) return;
    part.act(toggle, () => model.change((name, etag) => api.patch(name, etag, {enabled})), enabled ? 'It may send again.' : 'It can’t send any more.')
      .then(label);
  }});
  const form = el('form', {submit: (event) => {
    event.preventDefault();
    part.act(save, async () => {
      const typed = description.input.value.trim();
      await model.change((name, etag) => api.patch(name, etag, {description: typed || null}));
      settle(description.input, model.user.description ?? '');
    }, 'Saved.');
  }}, description.whole, el('div', {class: 'actions'}, save, toggle));
  const made = el('p', {class: 'hint'});
  const part = section('state', 'Name and state', null, made, form);

  const label = () => { toggle.textContent = model.user.enabled ? 'Disable' : 'Enable'; };
  const show = (user) => {
    follow(description.input, user.description ?? '');
    made.textContent = `${user.enabled ? 'Enabled' : 'Disabled: none of its mail is taken'}. Made ${when(user.createdAt)}.`;
    if (toggle.getAttribute('aria-disabled') !== 'true') label();
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
