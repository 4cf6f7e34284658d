// The user's name and description, and whether it may send at all.
import {api} from './api.js';
import {ask} from './ask.js';
import {copyable} from './copy.js';
import {button, el, facts, field, when} from './dom.js';
import {follow, section, settle, versions} from './section.js';

const DISABLING = {
  title: 'Disable this SMTP user?',
  text: 'Its mail is refused within five seconds, by password and by address, until you enable it again.',
  yes: 'Disable it',
};

export function stateSection(model) {
  const description = field('Description', el('input', {type: 'text', name: 'description', maxlength: 256, autocomplete: 'off'}), 'For you: where the device stands, or who looks after it.');
  const save = button('main', 'Save', 'the description');
  const toggle = button('plain', '', null, async () => {
    const enabled = !model.user.enabled;
    if (!enabled && !await ask(DISABLING)) return;
    await part.act(toggle, () => model.change((name, etag) => api.patch(name, etag, {enabled}), (user) => user.enabled),
      enabled ? 'Enabled. It may send again within five seconds.' : 'Disabled. Within five seconds none of its mail is taken any more.');
  });
  const form = el('form', {submit: (event) => {
    event.preventDefault();
    description.accept();
    part.act(save, async () => {
      const typed = description.input.value.trim();
      await model.change((name, etag) => api.patch(name, etag, {description: typed || null}), (user) => user.description);
      settle(description.input, model.user.description ?? '');
    }, 'Saved.', explain);
  }}, description.whole, el('div', {class: 'actions'}, save, toggle));
  const about = el('div');
  const part = section('state', 'Name and state', about, form);

  function explain(failure) {
    if (failure.status === 412) return versions(description.input, 'as the description', () => form.requestSubmit());
    if (!failure.problem?.errors) return null;
    description.refuse(...failure.problem.errors.map((fault) => fault.detail));
    return '';
  }

  const show = (user) => {
    follow(description.input, user.description ?? '');
    about.replaceChildren(facts(
      ['User name', copyable(user.username, 'the user name')],
      ['State', user.enabled ? 'Enabled' : el('strong', {}, 'Disabled: none of its mail is taken')],
      ['Created', when(user.createdAt)]));
    toggle.textContent = user.enabled ? 'Disable' : 'Enable';
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
