// Makes elements. Data only ever becomes text or an attribute, never markup.

/** el('p', {class: 'quiet'}, 'text', another) — a function as a value listens to that event. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

let ids = 0;

/** An id that nothing else on the page has. */
export const freshId = (name) => `${name}-${++ids}`;

/** A label, its field, and what helps to fill it in; `refuse` tells below it what is wrong with it. */
export function field(label, input, hint) {
  input.id ||= freshId('field');
  const fault = el('div', {class: 'fault', id: `${input.id}-fault`, role: 'alert'});
  const hinted = hint && el('p', {class: 'hint', id: `${input.id}-hint`}, hint);
  input.setAttribute('aria-describedby', `${hint ? `${input.id}-hint ` : ''}${fault.id}`);
  const whole = el('div', {class: 'field'}, el('label', {for: input.id}, label), hinted, input, fault);
  return {
    whole,
    input,
    refuse(...texts) {
      fault.replaceChildren(...texts.map((text) => el('p', {}, text)));
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    },
    accept() {
      fault.replaceChildren();
      input.removeAttribute('aria-invalid');
    },
  };
}

/** A button whose name says more to those who hear it than to those who see where it is. */
export const button = (kind, label, about, click) =>
  el('button', {type: click ? 'button' : 'submit', class: kind, click}, label, about && el('span', {class: 'spoken'}, ` ${about}`));

/** A moment, in the reader's own time zone. */
export const when = (time) =>
  el('time', {datetime: time}, new Date(time).toLocaleString('en', {dateStyle: 'medium', timeStyle: 'short'}));

/** Rows of a name and what it is. */
export const facts = (...rows) =>
  el('dl', {class: 'facts'}, rows.map(([name, ...value]) => [el('dt', {}, name), el('dd', {}, value)]));
