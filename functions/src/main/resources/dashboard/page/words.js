// The page's texts, in the reader's language: one file of texts for each, which a test holds against each other.
import de from '../words/de.json' with {type: 'json'};
import en from '../words/en.json' with {type: 'json'};

const TEXTS = {de, en};
const CHOSEN = 'language';

const wanted = () => localStorage.getItem(CHOSEN) ?? navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in TEXTS) ?? 'en';

export const language = wanted();
export const languages = Object.keys(TEXTS);
/** The reader's own English or German, such as en-GB or de-AT: dates and numbers are written so. */
export const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;

export function choose(tag) {
  localStorage.setItem(CHOSEN, tag);
  location.reload();
}

const texts = TEXTS[language];
const plural = new Intl.PluralRules(locale);
const number = new Intl.NumberFormat(locale);

/** What is said in place of `{seconds}`, wherever nothing else is given. */
let always = {};
export const alwaysSay = (values) => { always = values; };

/**
 * t('saved') or t('users.found', {n: 3}). With an element among the values it is a list of texts and elements,
 * else a text. A text with forms, such as {"one": …, "other": …}, is chosen by `n`.
 */
export function t(key, values = {}) {
  const found = texts[key];
  const text = typeof found === 'object' ? found[plural.select(values.n)] ?? found.other : found;
  const parts = text.split(/\{(\w+)\}/).map((part, place) => (place % 2 ? written({...always, ...values}[part]) : part));
  return parts.some((part) => part instanceof Node || Array.isArray(part)) ? parts.filter((part) => part !== '') : parts.join('');
}

const written = (value) => (typeof value === 'number' ? number.format(value) : value ?? '');

/** Whether there is such a text: what the API says may be newer than this page. */
export const known = (key) => key in texts;

export const count = (value) => number.format(value);
