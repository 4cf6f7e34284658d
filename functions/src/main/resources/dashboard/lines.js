// A list that is written one entry to a line.
import {el, field} from './dom.js';
import {follow, section, settle} from './section.js';

const lines = (text) => text.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);

/** `of(user)` is the list; `ask(name, etag, entries)` saves it. */
export function linesSection(model, {id, title, intro, label, hint, of, ask, none, empty}) {
  const text = field(label, el('textarea', {name: id, rows: 3, spellcheck: 'false', autocapitalize: 'none'}), hint);
  const now = el('p', {class: 'now'});
  const save = el('button', {class: 'main'}, 'Save');
  const form = el('form', {submit: (event) => {
    event.preventDefault();
    text.accept();
    part.act(save, async () => {
      const entries = lines(text.input.value);
      try {
        await model.change((name, etag) => ask(name, etag, entries));
        settle(text.input, of(model.user).join('\n'));
      } catch (failure) {
        for (const fault of failure.problem?.errors ?? []) {
          const entry = entries[Number(/\[(\d+)\]/.exec(fault.field)?.[1])];
          text.refuse(entry ? `${entry}: ${fault.detail}` : fault.detail);
        }
        throw failure;
      }
    }, 'Saved. It holds everywhere within five seconds.');
  }}, text.whole, el('div', {class: 'actions'}, save));
  const part = section(id, title, null, el('p', {}, intro), now, form);
  const show = (user) => {
    const entries = of(user);
    now.replaceChildren(entries.length ? `${none.now}: ${entries.join(', ')}` : empty);
    follow(text.input, entries.join('\n'));
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
