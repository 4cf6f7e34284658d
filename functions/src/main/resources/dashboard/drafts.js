// What was typed and not yet saved, kept while somebody is elsewhere: at the provider to sign in again,
// or on another user's page to free an address. Fields take part by having a name; a password is shown,
// never typed, so none is among them.
const KEY = 'drafts';

const fields = () => [...document.querySelectorAll('main [name]')];
const typed = () => fields().filter((f) => f.value !== f.defaultValue);

/** Keeps what is typed. Where nothing is, as on the page to sign in, what was kept before stays. */
export function keepDrafts() {
  const kept = typed().map((f) => [f.name, f.value]);
  if (kept.length) sessionStorage.setItem(KEY, JSON.stringify({route: location.hash, kept}));
}

export const forgetDrafts = () => sessionStorage.removeItem(KEY);

/** Puts it back, once, when the same page is there again; whether there was any. */
export function restoreDrafts() {
  const found = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (found?.route !== location.hash) return false;
  forgetDrafts();
  const kept = new Map(found.kept);
  for (const f of fields()) {
    if (kept.has(f.name)) {
      f.value = kept.get(f.name);
      f.dispatchEvent(new Event('input', {bubbles: true}));
    }
  }
  return typed().length > 0;
}

/** Whether a field says something that isn't saved. */
export const unsaved = () => typed().length > 0;
