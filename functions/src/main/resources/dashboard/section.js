// A part of the user's page that is saved by itself.
import {button, el, facts} from './dom.js';
import {box, busy, speak} from './feedback.js';

/**
 * `act(pressed, work, said, explain)` does the work, says so when it is done, and tells what went
 * wrong otherwise. `explain(failure)` may return what to tell instead, '' when it has told it itself.
 */
export function section(id, title, ...content) {
  const told = el('div', {class: 'told'});
  const whole = el('section', {class: 'card', 'aria-labelledby': id}, el('h2', {id, tabindex: -1}, title), content, told);
  const act = (pressed, work, said, explain) => busy(pressed, async () => {
    told.replaceChildren();
    try {
      await work();
      if (said) {
        told.replaceChildren(box('good', null, said));
        speak(told.textContent);
      }
    } catch (failure) {
      told.replaceChildren(explain?.(failure) ?? refusal(failure));
    }
  });
  return {whole, told, act};
}

/** What to tell of a request that changed nothing. */
export function refusal(failure) {
  switch (failure.status) {
    case 401: return ''; // Told above the page, with the way to sign in.
    case 404: return box('bad', 'This SMTP user has been deleted.', el('a', {href: '#/'}, 'See the SMTP users'));
    case 412: return box('bad', 'It was changed meanwhile, perhaps in another tab.',
      el('p', {}, 'This page shows now what is saved. Look at it, and press again if you still want to.'));
    default: return box('bad', failure.type === 'unread' ? 'Done.' : 'Nothing was changed.', el('p', {}, failure.message));
  }
}

/** Two versions of a field, after a 412: what somebody else saved, and what is typed here. */
export function versions(input, name, keep) {
  const choice = box('bad', 'It was changed meanwhile, perhaps in another tab.',
    facts(['Saved there', shown(input.defaultValue)], ['Typed here', shown(input.value)]),
    el('div', {class: 'actions'},
      button('plain', 'Take what is saved', name, () => {
        settle(input, input.defaultValue);
        input.dispatchEvent(new Event('input', {bubbles: true}));
        choice.replaceWith();
        input.focus();
      }),
      button('plain', 'Save mine instead', name, keep)));
  return choice;
}

const shown = (text) => (text ? el('span', {class: 'lines'}, text) : el('span', {class: 'quiet'}, 'nothing'));

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
