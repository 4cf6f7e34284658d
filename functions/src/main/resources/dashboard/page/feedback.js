// Tells people what is going on: beside what they do, and aloud to those who listen.
import {el} from './dom.js';
import {t} from './words.js';

/** Says it to screen readers. */
export function speak(text) {
  document.getElementById('spoken').textContent = text;
}

/** What `told` says, to screen readers: without its signs, and not where it says so itself. */
export function speakOf(told) {
  if (told.querySelector('[role=alert]')) return;
  const texts = document.createTreeWalker(told, NodeFilter.SHOW_TEXT);
  const said = [];
  while (texts.nextNode()) if (!texts.currentNode.parentElement.closest('[aria-hidden=true]')) said.push(texts.currentNode.data.trim());
  speak(said.filter(Boolean).join(' '));
}

const MARKS = {info: 'i', good: '✓', warn: '!', bad: '✕', wait: '…'};

/** A sign beside a word: what colour alone would say is there to be read, too. */
export const mark = (kind) => el('span', {class: `mark ${kind}`, 'aria-hidden': 'true'}, MARKS[kind]);

export const badge = (kind, ...label) => el('span', {class: `badge ${kind}`}, mark(kind), el('span', {}, label));

/** A box that stays until it is replaced. `kind`: info, good, warn, bad or wait. */
export function box(kind, title, ...more) {
  return el('div', {class: `box ${kind}`, role: kind === 'bad' ? 'alert' : null},
    mark(kind), el('div', {}, title && el('strong', {}, title), ...more));
}

const SLOW = 2500;

/** Keeps a button from being pressed twice while `work` is under way, and says when that is long. */
export async function busy(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return undefined;
  const still = el('p', {class: 'quiet still'}, t('still'));
  // Not `disabled`: that would take the focus away from whoever uses a keyboard.
  button.setAttribute('aria-disabled', 'true');
  const slow = setTimeout(() => {
    if (!button.isConnected) return;
    // Below the buttons, none of which moves.
    (button.closest('.actions, .together') ?? button).after(still);
    speak(still.textContent);
  }, SLOW);
  try {
    return await work();
  } finally {
    clearTimeout(slow);
    still.remove();
    button.removeAttribute('aria-disabled');
  }
}

/** What is shown while a page is on its way: its shape, and a word when that is long. */
export function waiting() {
  const told = el('p', {class: 'spoken'}, t('loading'));
  setTimeout(() => {
    if (!told.isConnected) return;
    told.textContent = t('still');
    told.className = 'quiet';
    speak(told.textContent);
  }, SLOW);
  return el('div', {class: 'page waiting', 'aria-busy': 'true'}, told, ['bone title', 'bone', 'bone', 'bone short'].map((kind) => el('div', {class: kind})));
}

/** Below a button that was pressed: what came of it, until something else is typed there. */
export function outcome(within) {
  const told = el('div', {class: 'told'});
  within.addEventListener('input', () => told.replaceChildren());
  return told;
}
