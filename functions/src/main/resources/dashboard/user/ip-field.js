// The field for the one address, with what helps to fill it in: where one is oneself, and what an address is good for.
import {api, ifThere} from '../api.js';
import {cautions, isInside, mistake} from '../page/address.js';
import {button, code, el, field, plainInput} from '../page/dom.js';
import {box, speak} from '../page/feedback.js';
import {t} from '../page/words.js';
import {start} from '../start.js';

/** `more(text)` is what else to say of what is typed. */
export function ipField(more = () => '') {
  const {relay} = start();
  const part = field(t('ip'), plainInput({name: 'ip', placeholder: '198.51.100.7', input: () => warn()}), t(relay.proofRequired ? 'ip.hint.proof' : 'ip.hint'));
  const here = el('p', {class: 'here'});
  const warning = el('div', {class: 'cautions', role: 'status'});
  let mine = null;

  function use() {
    if (part.input.readOnly) return;
    part.accept();
    part.input.value = mine;
    part.input.dispatchEvent(new Event('input', {bubbles: true}));
    part.input.focus();
    speak(t('ip.filled', {ip: mine}));
  }
  function warn() {
    const text = typed();
    const cares = cautions(text, relay);
    const remark = isInside(text) && mine && !isInside(mine)
      ? box('warn', t('ip.inside'), el('p', {}, t('ip.inside.public', {ip: code(mine)}), ' ', button('plain small', t('ip.useThat'), null, use)))
      : cares.map((care) => box('warn', null, el('p', {}, care)));
    warning.replaceChildren(...[remark, more(text)].flat().filter(Boolean));
  }
  const typed = () => part.input.value.trim();

  ifThere(api.caller()).then((caller) => {
    if (!caller?.ip) return;
    mine = caller.ip;
    here.append(...[t('ip.youAreAt', {ip: code(mine)})].flat(), ' ', button('plain small', t('ip.use'), mine, use));
    warn();
  }).catch(() => {}); // Without it the address can still be typed.
  return {
    ...part,
    whole: el('div', {class: 'ip-field'}, part.whole, here, warning),
    typed,
    warn,
    /** A 422 in the words that fit what was typed. */
    refuseAs: (failure) => part.refuse(mistake(typed()) ?? failure.problem.errors?.[0]?.detail ?? failure.message),
  };
}
