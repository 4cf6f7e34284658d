// A QR code (ISO/IEC 18004) of a text: octets, error correction M, the smallest of versions 1 to 10 that holds it.
import {svg} from '../page/dom.js';

// Of each version: data codewords in all, error correction codewords of a block, blocks of the shorter and of the longer kind.
const VERSIONS = [[16, 10, 1, 0], [28, 16, 1, 0], [44, 26, 1, 0], [64, 18, 2, 0], [86, 24, 2, 0], [108, 16, 4, 0], [124, 18, 4, 0], [154, 22, 2, 2], [182, 22, 3, 2], [216, 26, 4, 1]];
// Where the centres of alignment patterns are.
const ALIGNED = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

// The field of 256 elements that the error correction reckons in.
const [POWERS, LOGS] = [[], []];
for (let power = 0, value = 1; power < 255; power++) {
  POWERS[power] = value;
  LOGS[value] = power;
  value = value < 128 ? value * 2 : (value * 2) ^ 0x11d;
}
const times = (a, b) => (a && b ? POWERS[(LOGS[a] + LOGS[b]) % 255] : 0);

function corrections(data, count) {
  let divisor = [1];
  for (let power = 0; power < count; power++) {
    divisor = [...divisor, 0].map((_, place) => times(divisor[place - 1] ?? 0, POWERS[power]) ^ (divisor[place] ?? 0));
  }
  const rest = [...data, ...Array(count).fill(0)];
  data.forEach((_, place) => {
    const factor = rest[place];
    divisor.forEach((one, offset) => { rest[place + offset] ^= times(one, factor); });
  });
  return rest.slice(data.length);
}

/** Data and corrections, the blocks' codewords in turn. */
function codewords(octets, version) {
  const [size, correction, shorter, longer] = VERSIONS[version - 1];
  const bits = ['0100', octets.length.toString(2).padStart(version < 10 ? 8 : 16, '0'), ...[...octets].map((octet) => octet.toString(2).padStart(8, '0'))].join('');
  const data = `${bits}0000`.slice(0, size * 8).match(/.{1,8}/g).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
  for (let pad = 0xec; data.length < size; pad ^= 0xec ^ 0x11) data.push(pad);
  const blocks = [];
  const short = Math.floor(size / (shorter + longer));
  for (let block = 0, from = 0; block < shorter + longer; block++) {
    const to = from + short + (block >= shorter ? 1 : 0);
    blocks.push(data.slice(from, to));
    from = to;
  }
  const inTurn = (lists) => Array.from({length: Math.max(...lists.map((list) => list.length))}, (_, place) => lists.map((list) => list[place])).flat().filter((one) => one !== undefined);
  return [...inTurn(blocks), ...inTurn(blocks.map((block) => corrections(block, correction)))];
}

// Eleven bits and fewer that are protected by the remainder of a division.
function withRemainder(value, divisor, length) {
  let rest = value << length;
  for (let bit = 31 - Math.clz32(rest); bit >= length; bit = 31 - Math.clz32(rest)) rest ^= divisor << (bit - length);
  return (value << length) | rest;
}

/** The modules that are the same whatever is said, each true where dark. */
function frame(version) {
  const size = version * 4 + 17;
  const fixed = Array.from({length: size}, () => Array(size).fill(null));
  const set = (x, y, dark) => { if (fixed[y]?.[x] !== undefined) fixed[y][x] = dark; };
  const square = (x, y, reach, isDark) => {
    for (let dy = -reach; dy <= reach; dy++) for (let dx = -reach; dx <= reach; dx++) set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let place = 0; place < size; place++) {
    set(6, place, place % 2 === 0);
    set(place, 6, place % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const centres = ALIGNED[version - 1];
  const last = centres.at(-1);
  for (const x of centres) {
    for (const y of centres) if (!(x === 6 && y === 6) && !(x === 6 && y === last) && !(x === last && y === 6)) square(x, y, 2, (ring) => ring !== 1);
  }
  if (version >= 7) {
    const said = withRemainder(version, 0x1f25, 12);
    for (let bit = 0; bit < 18; bit++) {
      const [a, b] = [size - 11 + (bit % 3), Math.floor(bit / 3)];
      set(a, b, Boolean((said >> bit) & 1));
      set(b, a, Boolean((said >> bit) & 1));
    }
  }
  formatOf(0, size, set);
  return fixed;
}

// Which mask there is, and that the correction is M, said twice.
function formatOf(mask, size, set) {
  const said = withRemainder(mask, 0x537, 10) ^ 0x5412;
  const bit = (place) => Boolean((said >> place) & 1);
  for (let place = 0; place < 15; place++) {
    const near = place < 6 ? place : place < 8 ? place + 1 : null;
    if (near !== null) set(8, near, bit(place));
    else set(place === 8 ? 7 : 14 - place, 8, bit(place));
    if (place < 8) set(size - 1 - place, 8, bit(place));
    else set(8, size - 15 + place, bit(place));
  }
  set(8, size - 8, true);
}

function drawn(words, version, mask) {
  const modules = frame(version);
  const free = modules.map((row) => row.map((module) => module === null));
  const size = modules.length;
  let bit = 0;
  for (let right = size - 1, up = true; right >= 1; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (!free[y][x]) continue;
        const dark = bit < words.length * 8 && Boolean((words[bit >> 3] >> (7 - (bit & 7))) & 1);
        modules[y][x] = dark !== (MASKS[mask](x, y) === 0);
        bit++;
      }
    }
  }
  formatOf(mask, size, (x, y, dark) => { modules[y][x] = dark; });
  return modules;
}

// Readers find a code the sooner, the less it looks like its own finder patterns or like one colour.
function penalty(modules) {
  const columns = modules.map((_, x) => modules.map((row) => row[x]));
  let bad = 0;
  for (const line of [...modules, ...columns]) {
    const text = line.map(Number).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) bad += run.length - 2;
    bad += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  const size = modules.length;
  for (let y = 1; y < size; y++) for (let x = 1; x < size; x++) if (modules[y][x] === modules[y][x - 1] && modules[y][x] === modules[y - 1][x] && modules[y][x] === modules[y - 1][x - 1]) bad += 3;
  const share = modules.flat().filter(Boolean).length / (size * size);
  return bad + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

/** Null for a text that is too long. */
export function modulesOf(text) {
  const octets = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([size], place) => octets.length <= size - (place < 9 ? 2 : 3)) + 1;
  if (version === 0) return null;
  const words = codewords(octets, version);
  const [best] = MASKS.map((_, mask) => drawn(words, version, mask)).map((modules) => [penalty(modules), modules]).sort(([one], [other]) => one - other);
  return best[1];
}

/** Drawn in black on white whatever the colours of the page: scanners want it so. */
export function qrCode(text, label) {
  const modules = modulesOf(text);
  if (!modules) return null;
  const size = modules.length + 8;
  const dark = modules.flatMap((row, y) => row.map((is, x) => is && `M${x + 4} ${y + 4}h1v1h-1z`)).filter(Boolean).join('');
  return svg('svg', {class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label},
    svg('rect', {width: size, height: size, fill: '#fff'}), svg('path', {d: dark, fill: '#000', 'shape-rendering': 'crispEdges'}));
}
