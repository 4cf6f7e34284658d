// Tells people what is going on: beside what they do, and aloud to those who listen.
import {el} from './dom.js';

/** Says it to screen readers. */
export function speak(text) {
  document.getElementById('spoken').textContent = text;
}

/** A box that stays until it is replaced. `kind`: info, good, warn or bad. */
export function box(kind, title, ...more) {
  return el('div', {class: `box ${kind}`, role: kind === 'bad' ? 'alert' : null},
    title && el('strong', {}, title), ...more);
}

const SLOW = 2500;
const STILL = 'This takes longer than usual. Still waiting…';

/** Keeps a button from being pressed twice while `work` is under way, and says when that is long. */
export async function busy(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return undefined;
  const still = el('span', {class: 'quiet still'}, STILL);
  // Not `disabled`: that would take the focus away from whoever uses a keyboard.
  button.setAttribute('aria-disabled', 'true');
  const slow = setTimeout(() => {
    button.after(still);
    speak(STILL);
  }, SLOW);
  try {
    return await work();
  } finally {
    clearTimeout(slow);
    still.remove();
    button.removeAttribute('aria-disabled');
  }
}

/** What is shown while a page is on its way. */
export function waiting() {
  const shown = el('p', {class: 'quiet waiting'}, 'One moment…');
  setTimeout(() => {
    if (shown.isConnected) {
      shown.textContent = STILL;
      speak(STILL);
    }
  }, SLOW);
  return shown;
}
