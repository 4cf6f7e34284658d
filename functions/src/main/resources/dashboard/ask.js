// A question that is answered before anything goes on. The browser's own dialog keeps the focus inside,
// closes on Escape, and gives the focus back to where it was.
import {button, el, freshId} from './dom.js';

/** Whether the answer was `yes`. The focus is on the answer that changes nothing. */
export function ask({title, text, yes, no = 'Cancel'}) {
  return new Promise((answer) => {
    const [heading, told] = [freshId('question'), freshId('question')];
    const back = button('plain', no, null, () => dialog.close());
    const dialog = el('dialog', {'aria-labelledby': heading, 'aria-describedby': told, close: () => {
      dialog.remove();
      answer(dialog.returnValue === 'yes');
    }},
    el('h2', {id: heading}, title),
    el('p', {id: told}, text),
    el('div', {class: 'actions'}, back, button('main danger', yes, null, () => dialog.close('yes'))));
    document.body.append(dialog);
    dialog.showModal();
    back.focus();
  });
}
