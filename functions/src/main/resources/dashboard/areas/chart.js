// Thirty days as bars: accepted, and refused on top. What it shows can be read as a table, too.
import {el, svg} from '../page/dom.js';
import {dayOf} from '../page/times.js';
import {count, t} from '../page/words.js';

const [WIDTH, HEIGHT, GAP] = [600, 120, 4];

export function chart(days) {
  const most = Math.max(...days.map((day) => day.messages + day.refused));
  if (most === 0) return el('p', {class: 'quiet'}, t('chart.none'));
  const wide = WIDTH / days.length;
  const tall = (n) => (n / most) * HEIGHT;
  const bars = days.map((day, place) => {
    const [accepted, refused] = [tall(day.messages), tall(day.refused)];
    const bar = (kind, height, below) => height > 0 && svg('rect', {class: kind, x: place * wide + GAP / 2, width: wide - GAP, y: HEIGHT - below - height, height, rx: 2});
    return svg('g', {}, svg('title', {}, `${dayOf(day.day)}: ${t('chart.day', {accepted: day.messages, refused: day.refused})}`),
      svg('rect', {class: 'ground', x: place * wide, y: 0, width: wide, height: HEIGHT}),
      bar('accepted', accepted, 0), bar('refused', refused, accepted));
  });
  return el('figure', {class: 'chart'},
    svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'}, bars),
    el('figcaption', {}, el('span', {}, dayOf(days[0].day)), el('span', {class: 'key'}, el('i', {class: 'accepted'}), t('chart.accepted'), el('i', {class: 'refused'}), t('chart.refused')), el('span', {}, t('chart.today'))),
    el('details', {}, el('summary', {}, t('chart.table')), asTable(days)));
}

const asTable = (days) =>
  el('table', {class: 'list narrow-list'}, el('thead', {}, el('tr', {}, ['chart.date', 'chart.accepted', 'chart.refused'].map((name) => el('th', {scope: 'col'}, t(name))))),
    el('tbody', {}, days.filter((day) => day.messages + day.refused > 0).reverse().map((day) =>
      el('tr', {}, el('th', {scope: 'row'}, dayOf(day.day)), el('td', {'data-label': t('chart.accepted')}, count(day.messages)), el('td', {'data-label': t('chart.refused')}, count(day.refused))))));
