// A list that is written one entry to a line.
import {el, field} from '../page/dom.js';
import {t} from '../page/words.js';
import {follow, saveButton, saveTyped, section, versions} from './section.js';

const entriesOf = (text) => text.split(/[\s,;]+/).filter(Boolean);
/** The same for lists that say the same. */
const meaning = (entries) => entries.map((entry) => entry.toLowerCase()).sort().join();

/** `of(user)` is the list; `save(name, etag, entries)` is the request that replaces it; `words` begins the texts' names. */
export function linesSection(model, {id, words, of, save}) {
  const title = t(words);
  const text = field(t(`${words}.label`), el('textarea', {name: id, rows: 3, spellcheck: 'false', autocapitalize: 'none', autocomplete: 'off', placeholder: t(`${words}.empty`)}), t(`${words}.hint`));
  const {save: pressed, settled} = saveButton(title, text.input);
  let sent = [];
  const form = el('form', {submit: (event) => {
    event.preventDefault();
    text.accept();
    part.act(pressed, async () => {
      await saveTyped(text.input, async (typed) => {
        sent = entriesOf(typed);
        await model.change((name, etag) => save(name, etag, sent), of);
        return of(model.user).join('\n');
      });
      settled();
    }, t('saved.everywhere'), explain);
  }}, text.whole, el('div', {class: 'actions'}, pressed));

  function explain(failure) {
    if (failure.status === 412) {
      return versions(text.input, title, () => form.requestSubmit(),
        {isSame: (typed) => meaning(entriesOf(typed)) === meaning(of(model.user)), said: () => t('saved.everywhere')});
    }
    if (!failure.problem?.errors) return null;
    text.refuse(...failure.problem.errors.map((fault) => {
      const entry = sent[Number(/\[(\d+)\]/.exec(fault.field)?.[1])];
      return entry ? `${entry}: ${fault.detail}` : fault.detail;
    }));
    return '';
  }

  const part = section(id, title, el('p', {}, t(`${words}.intro`)), form);
  const show = (user) => {
    const entries = of(user);
    text.input.rows = Math.min(Math.max(entries.length + 1, 2), 12);
    follow(text.input, entries.join('\n'));
    settled();
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
