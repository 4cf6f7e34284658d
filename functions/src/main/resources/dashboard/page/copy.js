// A value with a button that copies it.
import {button, el} from './dom.js';
import {speak} from './feedback.js';
import {t} from './words.js';

/** `shown` is how it is written where that isn't how it is copied. */
export function copyable(text, what, shown = text) {
  const value = el('code', {class: 'value', dir: 'ltr'}, shown);
  const label = el('span', {}, t('copy'));
  const copy = button('quiet-button small copy', label, what, async () => {
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = t('copy.done');
      speak(t('copy.spoken', {what}));
      setTimeout(() => { label.textContent = t('copy'); }, 2000);
    } catch {
      // Without leave to copy, it is marked, so that a key does it.
      getSelection().selectAllChildren(value);
      label.textContent = t('copy.selected');
      speak(t('copy.key', {what}));
    }
  });
  return el('span', {class: 'copyable'}, value, copy);
}
