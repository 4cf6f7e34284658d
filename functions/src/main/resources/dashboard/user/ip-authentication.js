// The one address that sends in the user's name without a password.
import {api} from '../api.js';
import {canonical, isInside} from '../page/address.js';
import {ask} from '../page/ask.js';
import {bdi, button, code, el} from '../page/dom.js';
import {box} from '../page/feedback.js';
import {when} from '../page/times.js';
import {t} from '../page/words.js';
import {userLink} from '../areas/outcome.js';
import {ipField} from './ip-field.js';
import {pendingBox} from './proof.js';
import {follow, saveButton, saveTyped, section, versions} from './section.js';

const nominated = (user) => user.ipAuthentication?.ip ?? null;
const pendingIp = (user) => user.pendingIpAuthentication?.ip ?? null;
/** All that a change of it replaces. */
const both = (user) => [nominated(user), pendingIp(user)];
const shownOf = (user) => nominated(user) ?? pendingIp(user) ?? '';

/** What Removing means: of the address that is trusted, of the one that waits, or of both. */
function whatIsRemoved(user) {
  const [trusted, waits] = both(user);
  if (!trusted) return {title: t('ip.withdraw.title', {ip: waits}), text: t('ip.withdraw.text'), yes: t('ip.withdraw.yes')};
  const text = t('ip.remove.text');
  return {title: t('ip.remove.title', {ip: trusted}), text: waits ? `${text} ${t('ip.remove.andWaiting', {ip: waits})}` : text, yes: t('ip.remove.yes')};
}

export function ipAuthenticationSection(model) {
  const ip = ipField((text) => {
    const [was, waits] = both(model.user);
    return text && [
      was && text !== was && el('p', {class: 'hint'}, t('ip.replaces', {ip: was})),
      waits && text !== waits && text !== was && el('p', {class: 'hint'}, t('ip.replacesWaiting', {ip: waits}))];
  });
  const now = el('p');
  const pending = el('div');
  const {save, settled} = saveButton(t('ip'), ip.input);
  const removeLabel = el('span');
  const remove = button('plain danger', removeLabel, t('ip'), async () => {
    const trusted = nominated(model.user);
    if (!await ask(whatIsRemoved(model.user))) return;
    await part.act(remove, async () => {
      await model.change((name, etag) => api.release(name, etag), both);
      ip.input.focus();
    }, t(trusted ? 'ip.removed' : 'ip.withdrawn'));
  });

  /** `from` is who of one's own gives it up for this one. */
  const nominate = (from) => async () => {
    await saveTyped(ip.input, async (typed) => {
      await model.change((name, etag) => api.nominate(name, etag, typed.trim(), from), both);
      return shownOf(model.user);
    });
    settled();
    ip.warn();
  };
  const done = () => {
    const {username, pendingIpAuthentication} = model.user;
    if (pendingIpAuthentication) return t('proof.asked');
    return [t(isInside(nominated(model.user)) ? 'ip.savedInside' : 'ip.saved'), ' ', el('a', {href: `#/users/${encodeURIComponent(username)}/device`}, t('sheet.what'))];
  };
  const form = el('form', {novalidate: true, submit: (event) => {
    event.preventDefault();
    ip.accept();
    if (!ip.typed()) ip.refuse(t(nominated(model.user) ? 'ip.pressRemove' : 'ip.missing'));
    else part.act(save, nominate(), done, explain);
  }}, ip.whole, el('div', {class: 'actions'}, save, remove));

  function explain(failure) {
    if (failure.type === 'ip-already-assigned') return taken(failure);
    if (failure.status === 412) return versions(ip.input, t('ip'), () => form.requestSubmit(), {
      there: both(model.user).filter(Boolean).join('\n'),
      isSame: (typed) => canonical(typed) === (pendingIp(model.user) ?? nominated(model.user)),
      said: done,
    });
    if (failure.status !== 422) return null;
    ip.refuseAs(failure);
    return '';
  }
  function taken(failure) {
    const own = failure.problem.username;
    if (!own) return box('bad', t('ip.taken'), el('p', {}, t('ip.taken.elsewhere')));
    const move = button('plain', t('ip.move'), null, () => part.act(move, nominate(own), () => t('ip.moved', {username: bdi(own)}), explain));
    return box('bad', t('ip.taken'), el('p', {}, t('ip.taken.own', {user: userLink(own)})), el('div', {class: 'actions'}, move));
  }

  const part = section('ip-authentication', t('ipAuthentication'), el('p', {}, t('ip.meaning')), el('p', {}, el('strong', {}, t('ip.door')), ' ', t('ip.door.why')), now, pending, form);

  const show = (user) => {
    const {pendingIpAuthentication: asked} = user;
    follow(ip.input, shownOf(user));
    settled();
    now.replaceChildren(...(nominated(user)
      ? [t('ip.now', {ip: code(nominated(user)), when: when(user.ipAuthentication.since)})].flat()
      : [t('ip.none')]));
    pending.replaceChildren(asked ? pendingBox(user.username, asked) : '');
    removeLabel.textContent = t(nominated(user) || !asked ? 'remove' : 'ip.withdraw');
    remove.hidden = !nominated(user) && !asked;
    ip.warn();
  };
  model.onNews(show);
  show(model.user);
  return part.whole;
}
