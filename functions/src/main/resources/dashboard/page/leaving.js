// Asks before something is left that can't be had again, or isn't saved.
import {ask} from './ask.js';
import {unsaved} from './drafts.js';
import {t} from './words.js';

let guard = null;

/** `question` is asked before the page is left; null: nothing is. */
export const guardWith = (question) => { guard = question; };

/** What is asked while something is under way that was begun on the page. */
const underWay = new Set();

/** Whoever leaves while `work` is under way doesn't see what came of it; `text` says what that means. */
export async function whileUnderWay(work, text = t('underWay.text')) {
  const question = {title: t('underWay.title'), text, yes: t('leave.yes'), no: t('leave.no')};
  underWay.add(question);
  try {
    return await work();
  } finally {
    underWay.delete(question);
  }
}

let letGo = false;
/** For the next way out, which loses nothing. */
export const leaveFreely = () => { letGo = true; };

const reason = () => {
  if (letGo) return null;
  if (guard) return guard;
  if (underWay.size) return [...underWay].at(-1);
  return unsaved() ? {title: t('leave.title'), text: t('leave.text'), yes: t('leave.yes'), no: t('leave.no')} : null;
};

/** Whether leaving would lose something, so that `mayLeave` has to ask. */
export const losesSomething = () => reason() !== null;

export async function mayLeave() {
  const question = reason();
  // What was under way may have ended meanwhile: with a password to be asked about, or by going on itself.
  if (question && !await ask(question) && !letGo) return false;
  if (guard && guard !== question) return mayLeave();
  guard = null;
  underWay.clear();
  letGo = false;
  return true;
}

addEventListener('beforeunload', (event) => {
  if (reason()) event.preventDefault();
});
