// A list that is read on from a cursor: 'Show more' adds what comes next, and the focus goes there.
import {button, el, tableRow} from '../page/dom.js';
import {box, busy, speak} from '../page/feedback.js';
import {t} from '../page/words.js';

const LOOKS = 4;

/** The next page with something on it: filters may leave one empty, and the end is where no cursor is. */
export async function readOn(read, cursor = null) {
  let page = await read(cursor);
  for (let looks = 1; looks < LOOKS && !page.items.length && page.nextCursor; looks++) page = await read(page.nextCursor);
  return page;
}

/** `read(cursor)` answers {items, nextCursor}; `first` is such an answer, short or empty where filters leave much out. */
export function growing({caption, columns, first, read, empty}) {
  const rows = el('tbody');
  const told = el('div');
  let cursor = null;
  const more = button('plain', t('more'), caption, () => busy(more, async () => {
    told.replaceChildren();
    try {
      const before = rows.rows.length;
      add(await read(cursor));
      if (more.isConnected) speak(t('more.spoken', {n: rows.rows.length - before}));
      rows.rows[before]?.querySelector('a, button')?.focus();
    } catch (failure) {
      told.replaceChildren(box('bad', t('more.failed'), el('p', {}, failure.message)));
    }
  }));
  function add(page) {
    rows.append(...page.items.map((item) => tableRow(columns, item)));
    cursor = page.nextCursor;
    more.hidden = !cursor;
    nothing.replaceChildren(...(cursor ? [el('p', {}, t('list.soFar'))] : [empty].flat()));
    nothing.hidden = rows.rows.length > 0;
    whole.hidden = !nothing.hidden;
  }
  const nothing = el('div', {class: 'empty'});
  const whole = el('table', {class: 'list'},
    el('caption', {class: 'spoken'}, caption),
    el('thead', {}, el('tr', {}, columns.map(([name]) => el('th', {scope: 'col'}, name)))), rows);
  add(first);
  return el('div', {}, el('div', {class: 'card flush'}, whole, nothing), told, el('div', {class: 'actions'}, more));
}
