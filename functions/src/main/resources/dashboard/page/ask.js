// A question that is answered before anything goes on. The browser's own dialog keeps the focus inside,
// closes on Escape, and gives the focus back to where it was.
import {button, el, freshId} from './dom.js';
import {t} from './words.js';

/** Whether the answer was `yes`. The focus is on the answer that changes nothing. */
export async function ask({title, text, yes, no = t('cancel')}) {
  const back = button('plain', no, null, () => shown.close());
  const {dialog: shown, answer} = dialog(title, el('p', {}, text),
    el('div', {class: 'actions'}, back, button('main danger', yes, null, () => shown.close('yes'))));
  back.focus();
  return await answer === 'yes';
}

/** A dialog, and what it was closed with; '' for Escape. */
export function dialog(title, ...content) {
  const heading = freshId('question');
  const shown = el('dialog', {'aria-labelledby': heading}, el('h2', {id: heading}, title), content);
  const answer = new Promise((then) => {
    shown.addEventListener('close', () => {
      shown.remove();
      then(shown.returnValue);
    });
  });
  document.body.append(shown);
  shown.showModal();
  return {dialog: shown, answer};
}
