// Moments and amounts, as the reader's country writes them.
import {el} from './dom.js';
import {locale, t} from './words.js';

const exact = new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'});
const precise = new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'medium'});
const day = new Intl.DateTimeFormat(locale, {day: 'numeric', month: 'short', timeZone: 'UTC'});
const apart = new Intl.RelativeTimeFormat(locale, {numeric: 'auto', style: 'long'});
const seconds = new Intl.NumberFormat(locale, {style: 'unit', unit: 'second', unitDisplay: 'long'});

const STEPS = [['day', 86_400], ['hour', 3600], ['minute', 60]];

const WORTH = 60_000; // milliseconds: an answer's date is cut to seconds, and on the way for a while

let ahead = 0;
/** `date` is an answer's: how long ago something was is reckoned by the relay's clock, whatever this computer's says. */
export function setClock(date) {
  const wrong = Date.parse(date) - Date.now();
  if (!isNaN(wrong)) ahead = Math.abs(wrong) > WORTH ? wrong : 0;
}
/** Milliseconds, by the relay's clock. */
export const now = () => Date.now() + ahead;

/** In the reader's own time zone. */
export const when = (time) => el('time', {datetime: time}, exact.format(new Date(time)));
/** To the second. */
export const exactly = (time) => el('time', {datetime: time}, precise.format(new Date(time)));
export const dayOf = (date) => day.format(new Date(date));
export const today = () => new Intl.DateTimeFormat(locale, {dateStyle: 'long'}).format(now());
export const secondsLong = (n) => seconds.format(n);

/** Such as '5 minutes ago'; the exact moment for who points at it. */
export function ago(time) {
  const since = (now() - new Date(time)) / 1000;
  const [unit, size] = STEPS.find(([, length]) => since >= length) ?? [];
  return el('time', {datetime: time, title: precise.format(new Date(time))}, unit ? apart.format(-Math.floor(since / size), unit) : t('time.now'));
}

/** A day of the API's, so many before today. */
export const dayBefore = (days) => new Date(now() - days * 86_400_000).toISOString().slice(0, 10);

export const bytes = (octets) => {
  const [unit, size] = octets < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  return new Intl.NumberFormat(locale, {style: 'unit', unit, maximumFractionDigits: octets < 1e7 ? 1 : 0}).format(octets / size);
};
