// A part of the user's page that is saved by itself.
import {isUncertain} from '../api.js';
import {bdi, button, el, facts, link} from '../page/dom.js';
import {unsavedIn} from '../page/drafts.js';
import {box, busy, outcome, speakOf} from '../page/feedback.js';
import {t} from '../page/words.js';

/**
 * `act(pressed, work, said, explain)` does the work, says so when it is done, and tells what went
 * wrong otherwise. `explain(failure)` may return what to tell instead, '' when it has told it itself.
 * `said` may be a function, for what is only known then.
 */
export function section(id, title, ...content) {
  const whole = el('section', {class: 'card', 'aria-labelledby': id}, el('h2', {id, tabindex: -1}, title), content);
  const told = outcome(whole);
  whole.append(told);
  const act = (pressed, work, said, explain) => busy(pressed, async () => {
    told.replaceChildren();
    try {
      await work();
      const text = typeof said === 'function' ? said() : said;
      if (text) tell(box('good', null, text, unsavedIn(whole) && el('p', {}, t('saved.notSince'))));
    } catch (failure) {
      tell(explain?.(failure) ?? refusal(failure));
    }
  });
  function tell(what) {
    told.replaceChildren(what);
    if (!what || !whole.isConnected) return;
    // Whoever pressed Enter in a field far below the fold sees what came of it.
    told.scrollIntoView({block: 'nearest'});
    speakOf(told);
  }
  return {whole, told, act};
}

/** What to tell of a request that changed nothing, or of which that isn't certain. */
export function refusal(failure) {
  switch (failure.status) {
    case 404: return box('bad', t('refusal.deleted'), link('#/users', t('toUsers')));
    case 412: return box('bad', t('refusal.changed'), el('p', {}, t('refusal.changed.look')));
    default: return box('bad', t(failure.type === 'unread' ? 'done' : isUncertain(failure) ? 'uncertain' : 'nothingChanged'), el('p', {}, failure.message));
  }
}

/**
 * Two versions of a field, after a 412: what was saved meanwhile, which is `there`, and what is typed here. They are one
 * where an earlier try's answer was lost, as `isSame(typed)` knows, however it is spelled; `said` is told then.
 */
export function versions(input, name, keep, {there = input.defaultValue, isSame = (typed) => typed === there, said = () => t('saved')} = {}) {
  if (isSame(input.value.trim())) {
    input.value = input.defaultValue;
    input.dispatchEvent(new Event('input', {bubbles: true}));
    return box('good', null, said());
  }
  const choice = box('bad', t('refusal.changed'),
    facts([t('versions.there'), shown(there)], [t('versions.here'), shown(input.value)]),
    el('div', {class: 'actions'},
      button('plain', t('versions.take'), name, () => {
        input.value = input.defaultValue;
        input.dispatchEvent(new Event('input', {bubbles: true}));
        choice.replaceWith();
        input.focus();
      }),
      button('plain', t('versions.keep'), name, keep)));
  return choice;
}

const shown = (text) => (text ? el('span', {class: 'lines'}, bdi(text)) : el('span', {class: 'quiet'}, t('nothing')));

const beingSaved = new WeakSet();

/** Shows what is saved, unless something else was typed over it. */
export function follow(input, saved) {
  const untouched = input.value === input.defaultValue && !beingSaved.has(input);
  input.defaultValue = saved;
  if (untouched) input.value = saved;
}

/** `send(text)` saves what is typed, and answers how that is written now; what is typed meanwhile stays. */
export async function saveTyped(input, send) {
  const sent = input.value;
  beingSaved.add(input);
  try {
    input.defaultValue = await send(sent);
    if (input.value === sent) input.value = input.defaultValue;
  } finally {
    beingSaved.delete(input);
  }
}

/** The buttons of what isn't saved; the last of them is what was typed into last. */
const waiting = new Map();

function showFirstChoice() {
  for (const [input] of waiting) if (input.value === input.defaultValue || !input.isConnected) waiting.delete(input);
  const last = [...waiting.values()].at(-1);
  waiting.forEach((save) => { save.className = save === last ? 'main' : 'plain'; });
}

/** A button to save with; of all on the page, that of what was typed into last is the first choice. */
export function saveButton(about, input) {
  const save = button('plain', t('save'), about);
  const show = () => {
    save.className = 'plain';
    if (input.value !== input.defaultValue && !waiting.has(input)) waiting.set(input, save);
    showFirstChoice();
  };
  input.addEventListener('input', () => {
    waiting.delete(input);
    show();
  });
  return {save, settled: show};
}
