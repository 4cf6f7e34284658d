// What can be told of an address before it is saved. Only to warn: the API decides.
import {t} from './words.js';

const V4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i;

function kind4([a, b]) {
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b < 128) return 'shared';
  if (a === 169 && b === 254) return 'link-local';
  return 'public4';
}

/** loopback, private, shared, link-local, public4, public6; null when it looks like no address. */
export function kindOf(text) {
  const parts = V4.exec(text)?.slice(1).map(Number);
  if (parts) return parts.every((part) => part < 256) ? kind4(parts) : null;
  if (!/^[0-9a-f:.]+$/i.test(text) || text.split(':').length < 3) return null;
  if (text === '::1') return 'loopback';
  if (/^f[cd]..:/i.test(text)) return 'private';
  if (/^fe[89ab].:/i.test(text)) return 'link-local';
  return 'public6';
}

/** An address as the API writes it; any other text as it is. */
export function canonical(text) {
  const v4 = V4.exec(text);
  if (v4) return v4.slice(1).join('.');
  if (kindOf(text) === null) return text;
  try { return new URL(`http://[${text}]`).hostname.slice(1, -1); } catch { return text; }
}

/** Whether no relay outside of a network ever sees it. */
export const isInside = (text) => ['private', 'link-local', 'loopback'].includes(kindOf(text));

/** What somebody should know before trusting it, one sentence or more each; empty when there is nothing. */
export function cautions(text, {onlyPublic, ipv6}) {
  const kind = kindOf(text);
  const isIpv6 = kind !== null && !V4.test(text);
  const known = ['loopback', 'private', 'shared', 'link-local'].includes(kind);
  if (known && onlyPublic) return [t('caution.refused')];
  return [known && t(`caution.${kind}`), isIpv6 && kind !== 'loopback' && !ipv6 && t('caution.ipv6')].filter(Boolean);
}

// From the most particular to the least: what people paste instead of an address.
const MISTAKES = [
  [/^[a-z]+:\/\//i, 'mistake.url'],
  [/^(\d{1,3}(?:\.\d{1,3}){3}):\d+$|^\[[^\]]*\]:\d+$/, 'mistake.port'],
  [/[,;\s]\S/, 'mistake.several'],
  [/\/\d+$/, 'mistake.network'],
  [/^\d[\d.]*\s*-\s*\d[\d.]*$/, 'mistake.range'],
  [/^0\d|\.0\d/, 'mistake.zeros'],
  [/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/i, 'mistake.name'],
];

/** What is wrong with a text that is no address, in a sentence; null where that can't be told. */
export function mistake(text) {
  const found = MISTAKES.find(([pattern]) => pattern.test(text));
  return found ? t(found[1]) : null;
}
