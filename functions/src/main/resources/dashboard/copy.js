// A value with a button that copies it.
import {button, el} from './dom.js';
import {speak} from './feedback.js';

export function copyable(text, what) {
  const value = el('code', {class: 'value'}, text);
  const label = el('span', {}, 'Copy');
  const copy = button('plain small copy', label, what, async () => {
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = 'Copied';
      speak(`Copied ${what}`);
      setTimeout(() => { label.textContent = 'Copy'; }, 2000);
    } catch {
      // Without leave to copy, it is marked, so that a key does it.
      getSelection().selectAllChildren(value);
      label.textContent = 'Selected';
      speak(`Selected ${what}. Press Control C to copy it.`);
    }
  });
  return el('span', {class: 'copyable'}, value, copy);
}
