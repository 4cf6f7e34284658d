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

/** A label, its field, and what helps to fill it in; `fault` is where a refusal is told. */
export function field(label, input, hint) {
  input.id ||= freshId('field');
  const fault = el('p', {class: 'fault', id: `${input.id}-fault`, role: 'alert'});
  const hinted = hint && el('p', {class: 'hint', id: `${input.id}-hint`}, hint);
  input.setAttribute('aria-describedby', `${hint ? `${input.id}-hint ` : ''}${fault.id}`);
  const whole = el('div', {class: 'field'}, el('label', {for: input.id}, label), hinted, input, fault);
  return {
    whole,
    input,
    refuse(text) {
      fault.replaceChildren(text);
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    },
    accept() {
      fault.replaceChildren();
      input.removeAttribute('aria-invalid');
    },
  };
}

export const when = (time) =>
  time
    ? new Date(time).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'})
    : 'never';
