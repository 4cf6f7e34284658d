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

const refused = (message) => box('bad', t('watch.refused'),
  el('p', {}, remedy(message)), el('p', {class: 'hint'}, code(message.reply)), el('p', {}, t('watch.goOn')));

const waitingFor = ({ipAuthentication}) =>
  box('wait', ipAuthentication ? t('watch.waitingIp', {ip: ipAuthentication.ip}) : t('watch.waiting'), el('p', {class: 'hint'}, t('watch.sendOne')));

/** What is waited for, and then what came of it; it ends when it is no longer on the page. */
export function watch(user) {
  const shown = el('div', {class: 'watch', role: 'status'}, waitingFor(user));
  const began = Date.now();
  let known = user.lastSeen?.at ?? null;

  async function look() {
    if (!shown.isConnected) return;
    const now = document.hidden ? null : await ifThere(api.user(user.username));
    if (!shown.isConnected) return;
    const seen = now?.value.lastSeen;
    if (seen && seen.at !== known) {
      known = seen.at;
      const newest = (await ifThere(api.messages({username: user.username, limit: 1})))?.items[0];
      const came = newest && newest.at >= seen.at ? newest : seen;
      const bad = ['refused', 'bounced'].includes(came.outcome);
      shown.replaceChildren(bad ? refused(came) : arrived(came));
      speak(shown.textContent);
      if (!bad) return;
    }
    setTimeout(look, Date.now() - began < PATIENT ? OFTEN : SELDOM);
  }
  setTimeout(look, OFTEN);
  return shown;
}

/** What to type into the device, and the wait for its first mail, on one page. */
export async function watchPage(username) {
  const {value: user} = await api.user(username);
  const here = `#/users/${encodeURIComponent(username)}`;
  return {title: user.username, view: page({crumbs: [['#/users', t('area.users')], [here, user.username]], title: t('watch.title', {username}),
    actions: [el('a', {class: 'button plain', href: `${here}/device`}, t('sheet'))]},
  user.pendingIpAuthentication && pendingBox(user.pendingIpAuthentication),
  watch(user),
  settings(user),
  el('p', {}, link(here, t('watch.toUser'))))};
}
