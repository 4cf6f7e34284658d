// What became of a message, and what to do when that isn't what somebody hoped for.
import {bdi, code, el, link} from '../page/dom.js';
import {badge, box} from '../page/feedback.js';
import {ago} from '../page/times.js';
import {known, t} from '../page/words.js';

const KINDS = {delivered: 'good', queued: 'wait', bounced: 'bad', dropped: 'info', refused: 'bad'};

export const OUTCOMES = Object.keys(KINDS);

export const outcomeBadge = (outcome) =>
  badge(KINDS[outcome] ?? 'info', known(`outcome.${outcome}`) ? t(`outcome.${outcome}`) : outcome);

// Of what the next hop said, the code tells; of what the relay itself said, the reason.
function key({outcome, reason, reply}) {
  if (outcome === 'queued') return 'remedy.queued';
  const forNow = reply?.startsWith('4');
  if (outcome === 'bounced' || reason === 'next-hop') return forNow ? 'remedy.next-hop-busy' : 'remedy.next-hop';
  if (reason === 'no-recipient' && forNow) return 'remedy.next-hop-busy';
  const ours = `remedy.${reason}`;
  return known(ours) ? ours : 'remedy.other';
}

/** What to do about it; null when nothing is. */
export const remedy = (message) => (['delivered', 'dropped'].includes(message.outcome) ? null : t(key(message)));

export const userLink = (name) => link(`#/users/${encodeURIComponent(name)}`, bdi(name));
export const messageLink = (message, ...label) => link(`#/messages/${encodeURIComponent(message.id)}`, ...label);

/** A refusal, with the remedy and the way to the whole of it. */
export const trouble = (message, title) =>
  box(message.outcome === 'queued' ? 'wait' : 'bad', title,
    el('p', {}, remedy(message)),
    el('p', {class: 'hint'}, ago(message.at), ' · ', code(message.reply ?? message.reason ?? ''), ' · ', messageLink(message, t('message.see'))));

/** How it came in: by password or by address, and whether encrypted. */
export const how = ({authenticatedBy, tls, ip}) =>
  [authenticatedBy && t(`by.${authenticatedBy}`), tls ? t('tls.yes', {tls}) : t('tls.no'), ip].filter(Boolean).join(' · ');
