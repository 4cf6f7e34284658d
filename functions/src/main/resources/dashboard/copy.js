// A value with a button that copies it.
import {el} from './dom.js';
import {speak} from './feedback.js';

export function copyable(text, what) {
  const value = el('code', {class: 'value'}, text);
  const button = el('button', {type: 'button', class: 'plain small copy', 'aria-label': `Copy ${what}`, click: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
      speak(`${what} copied`);
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    } catch {
      // Without leave to copy, it is marked, so that a key does it.
      getSelection().selectAllChildren(value);
      button.textContent = 'Selected';
      speak(`${what} is selected. Press Control C.`);
    }
  }}, 'Copy');
  return el('span', {class: 'copyable'}, value, button);
}
