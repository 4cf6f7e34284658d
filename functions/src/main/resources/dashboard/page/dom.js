// Makes elements. Data only ever becomes text or an attribute, never markup.

/** el('p', {class: 'quiet'}, 'text', another) — a function as a value listens to that event. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same, of a drawing. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ''));
  return element;
}

/** Text that others wrote: what it does to the direction of writing ends with it. */
export const bdi = (text) => el('bdi', {}, text);
export const code = (text) => el('code', {dir: 'ltr'}, text);

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

/** What every text field of names and addresses is. */
export const plainInput = (attributes) =>
  el('input', {type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', ...attributes});

/** A button whose name says more to those who hear it than to those who see where it is. */
export const button = (kind, label, about, click) =>
  el('button', {type: click ? 'button' : 'submit', class: kind, click}, label, about && el('span', {class: 'spoken'}, ' ', about));

export const link = (href, ...label) => el('a', {href}, label);

/** Rows of a name and what it is; a row that is nothing is left out. */
export const facts = (...rows) =>
  el('dl', {class: 'facts'}, rows.filter(Boolean).map(([name, ...value]) => [el('dt', {}, name), el('dd', {}, value)]));

/** A table that is a list of cards where there is no room: `columns` are [name, of(row)], the first is the row's own. */
export const table = (caption, columns, rows) =>
  el('table', {class: 'list'},
    el('caption', {class: 'spoken'}, caption),
    el('thead', {}, el('tr', {}, columns.map(([name]) => el('th', {scope: 'col'}, name)))),
    el('tbody', {}, rows.map((row) => tableRow(columns, row))));

export const tableRow = (columns, row) =>
  el('tr', {}, columns.map(([name, of], place) =>
    (place === 0 ? el('th', {scope: 'row'}, of(row)) : el('td', {'data-label': name}, of(row)))));

/** A page of the dashboard: where it is, its heading with what can be done beside it, and the rest. */
export const page = ({crumbs = [], title, actions = [], kind = ''}, ...content) =>
  el('div', {class: `page ${kind}`},
    crumbs.length > 0 && el('nav', {class: 'crumbs'}, crumbs.map(([href, label]) => [el('a', {href}, label), el('span', {'aria-hidden': 'true'}, ' › ')])),
    el('div', {class: 'heading'}, el('h1', {}, title), actions.length > 0 && el('div', {class: 'actions'}, actions)),
    content);
