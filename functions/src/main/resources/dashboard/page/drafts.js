// What was typed and not yet saved, kept while somebody is elsewhere: at the provider to sign in again,
// or on another user's page. Fields take part by having a name; a password is shown, never typed, so none
// is among them.
const KEY = 'drafts';

const fields = () => [...document.querySelectorAll('main [name]')];
const isTyped = (f) => (f.type === 'radio' ? f.checked !== f.defaultChecked : f.value !== f.defaultValue);
const typed = () => fields().filter(isTyped);

/** Keeps what is typed, and which button was pressed. Where nothing is typed, what was kept before stays. */
export function keepDrafts(pressed) {
  const kept = typed().filter((f) => f.type !== 'radio' || f.checked).map((f) => [f.name, f.value]);
  if (kept.length) sessionStorage.setItem(KEY, JSON.stringify({route: location.hash, kept, pressed: pressed?.textContent}));
}

/** Puts it back, once, when the same page is there again: false, or the button that was pressed, if any. */
export function restoreDrafts() {
  const found = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (found?.route !== location.hash) return false;
  sessionStorage.removeItem(KEY);
  const kept = new Map(found.kept);
  for (const f of fields()) {
    if (!kept.has(f.name)) continue;
    if (f.type !== 'radio') f.value = kept.get(f.name);
    else if (f.value === kept.get(f.name)) f.checked = true;
    else continue;
    for (const event of ['input', 'change']) f.dispatchEvent(new Event(event, {bubbles: true}));
  }
  if (!typed().length) return false;
  return [...document.querySelectorAll('main button')].find((one) => one.textContent === found.pressed) ?? true;
}

/** Whether a field says something that isn't saved. */
export const unsaved = () => typed().length > 0;
export const unsavedIn = (part) => [...part.querySelectorAll('[name]')].some(isTyped);
