// Waits for an SMTP user's next mail, until it is there or was refused: whoever stands beside the printer sees it.
import {api, ifThere} from '../api.js';
import {how, messageLink, remedy} from '../areas/outcome.js';
import {bdi, code, el, link, page} from '../page/dom.js';
import {box, speak} from '../page/feedback.js';
import {t} from '../page/words.js';
import {pendingBox} from './proof.js';
import {settings} from './device-sheet.js';

const OFTEN = 2000;
const SELDOM = 10_000;
const PATIENT = 300_000; // after which it is asked for seldom

const first = ({recipients, recipientCount}) => [bdi(recipients[0]), recipientCount > 1 && ` ${t('message.others', {n: recipientCount - 1})}`];

function arrived(message) {
  const kept = message.outcome === 'queued';
  return box(kept ? 'wait' : 'good', t(kept ? 'watch.kept' : 'watch.arrived'),
    el('p', {}, message.recipients?.length ? t('watch.to', {to: el('span', {}, first(message))}) : how(message)),
    message.id && el('p', {class: 'hint'}, messageLink(message, t('message.see'))));
}

// Where messages aren't kept, or not yet there, the user's own `lastSeen` is all, and that has no reason.
const refused = (message) => box('bad', t('watch.refused'),
  'reason' in message && el('p', {}, remedy(message)), message.reply && el('p', {class: 'hint'}, code(message.reply)), el('p', {}, t('watch.goOn')));

const isForGood = ({status}) => status >= 400 && status < 500 && status !== 429;

const stopped = (failure) => box('bad', t('watch.stopped'), el('p', {}, failure.status === 404 ? t('refusal.deleted') : failure.message));

const waitingFor = ({ipAuthentication}) =>
  box('wait', ipAuthentication ? t('watch.waitingIp', {ip: ipAuthentication.ip}) : t('watch.waiting'), el('p', {class: 'hint'}, t('watch.sendOne')));

// Of what is read again and again: what changes when somebody at an address has agreed, or is asked anew.
const addresses = ({ipAuthentication, pendingIpAuthentication}) => [ipAuthentication?.ip, pendingIpAuthentication?.ip, pendingIpAuthentication?.link].join();

/**
 * What is waited for, and then what came of it; it ends when it is no longer on the page, or when there is nobody to
 * wait for. `onAddress(user)` is told when the address or its link is another, or it is trusted now.
 */
export function watch(user, onAddress = () => {}) {
  const shown = el('div', {class: 'watch', role: 'status'}, waitingFor(user));
  const began = Date.now();
  let last = user;

  async function look() {
    if (!shown.isConnected) return;
    try {
      if (!document.hidden && await hasArrived((await api.user(user.username)).value)) return;
    } catch (failure) {
      if (isForGood(failure)) return tell(stopped(failure));
    }
    setTimeout(look, Date.now() - began < PATIENT ? OFTEN : SELDOM);
  }
  async function hasArrived(now) {
    if (!shown.isConnected) return true;
    const [was, seen] = [last, now.lastSeen];
    last = now;
    if (addresses(now) !== addresses(was)) {
      tell(waitingFor(now));
      onAddress(now);
    }
    if (!seen || seen.at === was.lastSeen?.at) return false;
    const newest = (await ifThere(api.messages({username: user.username, limit: 1})))?.items[0];
    const came = newest && newest.at >= seen.at ? newest : seen;
    const bad = ['refused', 'bounced'].includes(came.outcome);
    tell(bad ? refused(came) : arrived(came));
    return !bad;
  }
  function tell(what) {
    shown.replaceChildren(what);
    if (shown.isConnected) speak(shown.textContent);
  }
  setTimeout(look, OFTEN);
  return shown;
}

/** What to type into the device, and the wait for its first mail, on one page. */
export async function watchPage(username) {
  const {value: user} = await api.user(username);
  const here = `#/users/${encodeURIComponent(username)}`;
  const heading = el('span');
  const pending = el('div');
  const form = el('div');
  const show = (now) => {
    const asked = now.pendingIpAuthentication;
    // A device that is to send by its address isn't ready before that is trusted, and not when the request has lapsed.
    const isReady = now.ipAuthentication || !(asked ?? user.pendingIpAuthentication);
    heading.textContent = t(isReady ? 'watch.title' : 'new.made', {username: now.username});
    pending.replaceChildren(asked ? pendingBox(now.username, asked) : '');
    form.replaceChildren(settings(now));
  };
  show(user);
  return {title: user.username, view: page({crumbs: [['#/users', t('area.users')], [here, user.username]], title: heading,
    actions: [el('a', {class: 'button plain', href: `${here}/device`}, t('sheet'))]},
  pending,
  watch(user, show),
  form,
  el('p', {}, link(here, t('watch.toUser'))))};
}
