// A part of the user's page that is saved by itself.
import {el} from './dom.js';
import {box, busy, speak} from './feedback.js';

/**
 * `act(button, work, said)` does the work, says so when it is done, and tells what went wrong
 * otherwise. `explain(failure)` may return what to tell instead of the API's own words.
 */
export function section(id, title, explain, ...content) {
  const told = el('div', {class: 'told'});
  const whole = el('section', {class: 'card', 'aria-labelledby': id}, el('h2', {id}, title), content, told);
  const act = (button, work, said) => busy(button, async () => {
    told.replaceChildren();
    try {
      await work();
      if (said) {
        told.replaceChildren(box('good', said));
        speak(said);
      }
    } catch (failure) {
      told.replaceChildren(explain?.(failure) ?? refusal(failure));
    }
  });
  return {whole, act, told};
}

export function refusal(failure) {
  if (failure.status === 412) {
    return box('bad', 'It was changed meanwhile, perhaps in another tab.',
      el('p', {}, 'What is saved now has been read again; what you typed here is still yours. Look at both, then save again if you still want to.'));
  }
  if (failure.status === 404) return box('bad', 'This SMTP user has been deleted.', el('a', {href: '#/'}, 'See the SMTP users'));
  const faults = failure.problem?.errors;
  return box('bad', 'Not saved.', faults
    ? el('ul', {}, faults.map((fault) => el('li', {}, fault.detail)))
    : el('p', {}, failure.message));
}

/** Shows what is saved, unless something else was typed over it. */
export function follow(input, saved) {
  const untouched = input.value === input.defaultValue;
  input.defaultValue = saved;
  if (untouched) input.value = saved;
}

/** What was typed is what is saved now. */
export function settle(input, saved) {
  input.defaultValue = saved;
  input.value = saved;
}
