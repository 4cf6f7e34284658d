// Asks before something is left that can't be had again, or isn't saved.
import {ask} from './ask.js';
import {unsaved} from './drafts.js';
import {t} from './words.js';

let guard = null;

/** `question` is asked before the page is left; null: nothing is. */
export const guardWith = (question) => { guard = question; };

let letGo = false;
/** For the next way out, which loses nothing. */
export const leaveFreely = () => { letGo = true; };

const reason = () => {
  if (letGo) return null;
  if (guard) return guard;
  return unsaved() ? {title: t('leave.title'), text: t('leave.text'), yes: t('leave.yes'), no: t('leave.no')} : null;
};

/** Whether leaving would lose something, so that `mayLeave` has to ask. */
export const losesSomething = () => reason() !== null;

export async function mayLeave() {
  const question = reason();
  if (question && !await ask(question)) return false;
  guard = null;
  letGo = false;
  return true;
}

addEventListener('beforeunload', (event) => {
  if (reason()) event.preventDefault();
});
