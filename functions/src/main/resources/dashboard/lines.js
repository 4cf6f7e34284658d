// A list that is written one entry to a line.
import {button, el, field} from './dom.js';
import {follow, section, settle, versions} from './section.js';

const entriesOf = (text) => text.split(/[\s,;]+/).filter(Boolean);

/** `of(user)` is the list; `save(name, etag, entries)` is the request that replaces it. */
export function linesSection(model, {id, title, intro, label, hint, empty, of, save}) {
  const text = field(label, el('textarea', {name: id, rows: 3, spellcheck: 'false', autocapitalize: 'none', autocomplete: 'off', placeholder: empty}), hint);
  const pressed = button('main', 'Save', title);
  const form = el('form', {submit: (event) => {
    event.preventDefault();
    text.accept();
    part.act(pressed, async () => {
      await model.change((name, etag) => save(name, etag, entriesOf(text.input.value)), of);
      settle(text.input, of(model.user).join('\n'));
    }, 'Saved. It holds everywhere within five seconds.', explain);
  }}, text.whole, el('div', {class: 'actions'}, pressed));

  function explain(failure) {
    if (failure.status === 412) return versions(text.input, title, () => form.requestSubmit());
    if (!failure.problem?.errors) return null;
    const entries = entriesOf(text.input.value);
    text.refuse(...failure.problem.errors.map((fault) => {
      const entry = entries[Number(/\[(\d+)\]/.exec(fault.field)?.[1])];
      return entry ? `${entry}: ${fault.detail}` : fault.detail;
    }));
    return '';
  }

  const part = section(id, title, el('p', {}, intro), form);
  const show = (user) => {
    const entries = of(user);
    text.input.rows = Math.min(Math.max(entries.length + 1, 2), 12);
    follow(text.input, entries.join('\n'));
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
