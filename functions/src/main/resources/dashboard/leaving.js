// Asks before something is left that can't be had again, or isn't saved.
import {unsaved} from './drafts.js';

let guard = null;

/** `text` is asked before the page is left; null: nothing is. */
export const guardWith = (text) => { guard = text; };

const reason = () => guard ?? (unsaved() ? 'What you typed is not saved. Leave it?' : null);

export function mayLeave() {
  const text = reason();
  if (text && !confirm(text)) return false;
  guard = null;
  return true;
}

let letGo = false;
/** For a way out that loses nothing. */
export const leaveFreely = () => { letGo = true; };

addEventListener('beforeunload', (event) => {
  if (!letGo && reason()) event.preventDefault();
});
