// Waits for an SMTP user's next mail, until it is there or was refused: whoever stands beside the printer sees it.
import {api, ifThere} from '../api.js';
import {how, messageLink, remedy} from '../areas/outcome.js';
import {bdi, code, el, link, page} from '../page/dom.js';
import {box, speakOf} from '../page/feedback.js';
import {ago} from '../page/times.js';
import {t} from '../page/words.js';
import {keepsMessages} from '../start.js';
import {pendingBox} from './proof.js';
import {settings} from './device-sheet.js';

const OFTEN = 2000;
const SELDOM = 10_000;
const PATIENT = 300_000; // after which it is asked for seldom
const BAD = ['refused', 'bounced'];

const first = ({recipients, recipientCount}) => [bdi(recipients[0]), recipientCount > 1 && ` ${t('message.others', {n: recipientCount - 1})}`];

const TAKEN = {delivered: ['good', 'watch.arrived'], queued: ['wait', 'watch.kept'], dropped: ['info', 'drop.done']};

function taken(message) {
  const [kind, words] = TAKEN[message.outcome] ?? TAKEN.delivered;
  return box(kind, t(words),
    el('p', {}, message.recipients?.length ? t('watch.to', {to: el('span', {}, first(message))}) : how(message)),
    el('p', {class: 'hint'}, ago(message.at), message.id && [' · ', messageLink(message, t('message.see'))]));
}

// Where messages aren't kept, or not yet there, the user's own `lastSeen` is all, and that has no reason.
const refused = (message) => box('bad', t('watch.refused'),
  'reason' in message && el('p', {}, remedy(message)), el('p', {class: 'hint'}, ago(message.at), message.reply && [' · ', code(message.reply)]), el('p', {}, t('watch.goOn')));

const whatCame = (message) => (BAD.includes(message.outcome) ? refused(message) : taken(message));

const isForGood = ({status}) => status >= 400 && status < 500 && status !== 429;

const stopped = (failure) => box('bad', t('watch.stopped'), el('p', {}, failure.status === 404 ? t('refusal.deleted') : failure.message));

const waitingFor = ({ipAuthentication}) => (keepsMessages() ? waits(ipAuthentication) : box('info', t('messages.absent'), el('p', {}, t('watch.blind'))));

const waits = (ipAuthentication) =>
  box('wait', ipAuthentication ? t('watch.waitingIp', {ip: ipAuthentication.ip}) : t('watch.waiting'), el('p', {class: 'hint'}, t('watch.sendOne')));

// Of what is read again and again: what changes when somebody at an address has agreed, or is asked anew.
const addresses = ({ipAuthentication, pendingIpAuthentication}) => [ipAuthentication?.ip, pendingIpAuthentication?.ip, pendingIpAuthentication?.link].join();

/** What was seen last, and what has become of it since: what waits to be delivered is seen to the end. */
const news = ({lastSeen: seen}) => [seen?.at, seen?.outcome].join();

/**
 * What is waited for, or came last, and then what comes; it ends with a delivery, when it is no longer on the page, or
 * when there is nobody to wait for. `onAddress(user)` is told when the address or its link is another, or it is trusted
 * now.
 */
export function watch(user, onAddress = () => {}) {
  const shown = el('div', {class: 'watch'}, user.lastSeen ? whatCame(user.lastSeen) : waitingFor(user));
  const began = performance.now();
  let last = user;

  async function look() {
    if (!shown.isConnected) return;
    try {
      if (!document.hidden && await hasArrived((await api.user(user.username)).value)) return;
    } catch (failure) {
      if (isForGood(failure)) return tell(stopped(failure));
    }
    setTimeout(look, performance.now() - began < PATIENT ? OFTEN : SELDOM);
  }
  async function hasArrived(now) {
    if (!shown.isConnected) return true;
    const [was, seen] = [last, now.lastSeen];
    last = now;
    if (addresses(now) !== addresses(was)) {
      tell(waitingFor(now));
      onAddress(now);
    }
    if (!seen || news(now) === news(was)) return false;
    const newest = (await ifThere(api.messages({username: user.username, limit: 1})))?.items[0];
    const came = newest && newest.at >= seen.at ? newest : seen;
    tell(whatCame(came));
    return came.outcome === 'delivered';
  }
  function tell(what) {
    shown.replaceChildren(what);
    if (shown.isConnected) speakOf(shown);
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
