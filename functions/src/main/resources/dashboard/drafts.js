// What was typed and not yet saved, kept while signing in takes the tab elsewhere. Fields take part
// by having a name; a password is shown, never typed, so none is among them.
const KEY = 'drafts';

const fields = () => document.querySelectorAll('main [name]');

export function keepDrafts() {
  const typed = [...fields()].filter((f) => f.value !== f.defaultValue).map((f) => [f.name, f.value]);
  sessionStorage.setItem(KEY, JSON.stringify({route: location.hash, typed}));
}

/** Puts it back, once, when the same page is there again. */
export function restoreDrafts() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (kept?.route !== location.hash) return;
  sessionStorage.removeItem(KEY);
  const typed = new Map(kept.typed);
  for (const f of fields()) {
    if (typed.has(f.name)) {
      f.value = typed.get(f.name);
      f.dispatchEvent(new Event('input', {bubbles: true}));
    }
  }
}

/** Whether a field says something that isn't saved. */
export const unsaved = () => [...fields()].some((f) => f.dataset.draft !== 'no' && f.value !== f.defaultValue);
