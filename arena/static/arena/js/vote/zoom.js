// The images in one window, under one transform: zooming or moving one does the same to the others. Of an edit, each
// result lies on its source, which shows while a key is held or as the difference, and all three may stand side by side.
import { find } from './keys.js';
import { fillIn } from './reveal.js';
import { decoded } from './stage.js';

// The largest scale, where 1 fits the picture into the window.
const LARGEST = 8;
// How far an arrow key moves, as a share of the window.
const STEP = 0.15;
// A key that is down for longer (milliseconds) is held: letting it go shows the first image again.
const HELD = 400;
// Room around the dialog, in pixels.
const EDGE = 16;
const dialog = document.getElementById('zoom'), view = dialog.querySelector('.zoom-window'), bar = dialog.querySelector('.zoom-bar'), status = dialog.querySelector('[role=status]');
const fingers = new Map();
let scale = 1, x = 0, y = 0, side = 0, travelled = 0, pressed = null, touched = null, ratio = 1;

const panes = () => [...view.children], results = () => panes().filter(each => !each.classList.contains('is-source'));
const pictures = () => [...view.querySelectorAll('img')], is = name => dialog.classList.contains(name);
// One pane is as large as every other; those that lie behind another are measured, too.
const size = () => { const { clientWidth: width, clientHeight: height } = results()[0]; return { width, height }; };

// Returns the scale at which a pixel of the picture is a pixel of the screen; of unlike pictures, the larger one's.
function trueScale() {
  const { width, height } = size();
  const fits = image => Math.min(width, height * image.naturalWidth / image.naturalHeight);
  return Math.max(...pictures().filter(image => !image.dataset.drawn).map(image => image.naturalWidth / devicePixelRatio / fits(image)));
}

function place() {
  const { width, height } = size(), reach = Math.max(0, (scale - 1) / 2);
  x = Math.max(-reach * width, Math.min(reach * width, x));
  y = Math.max(-reach * height, Math.min(reach * height, y));
  for (const image of pictures()) image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
}

function describe() {
  const { msgSide, msgAll, msgDifference, msgSource } = dialog.dataset, shown = is('shows-all') ? msgAll : results()[side].dataset.name || fillIn(msgSide, { side: 'AB'[side] });
  if (is('is-blinking')) status.textContent = msgSource;
  else status.textContent = is('is-difference') ? fillIn(msgDifference, { shown }) : shown;
  for (const button of dialog.querySelectorAll('[data-class]')) button.setAttribute('aria-pressed', is(button.dataset.class));
}

// Gives the window the shape of what it shows: in a row or a column, whichever makes the pictures larger.
function fitWindow() {
  const count = is('shows-all') ? panes().length : 1, width = innerWidth - EDGE, height = innerHeight - EDGE - bar.offsetHeight;
  const inRow = Math.min(width / count, height * ratio), inColumn = Math.min(width, height / count * ratio);
  dialog.classList.toggle('is-column', inColumn > inRow);
  const [across, down] = inColumn > inRow ? [1, count] : [count, 1], broad = Math.floor(Math.max(inRow, inColumn));
  view.style.inlineSize = `${broad * across}px`;
  view.style.blockSize = `${Math.floor(broad / ratio) * down}px`;
}

function toggle(name) {
  const before = size().width;
  dialog.classList.toggle(name);
  describe();
  fitWindow();
  // The same part stays in view.
  const change = size().width / before;
  x *= change;
  y *= change;
  place();
}

function bring(which) {
  side = which;
  results().forEach((each, n) => each.classList.toggle('is-behind', n !== side));
  describe();
}

function flip() {
  if (is('shows-all')) toggle('shows-all');
  bring((side + 1) % results().length);
}

// Keeps the point under the finger or cursor (relative to the middle of its pane) in place.
function scaleTo(wanted, atX = 0, atY = 0) {
  const one = trueScale(), next = Math.min(Math.max(LARGEST, one), Math.max(Math.min(1, one), wanted)), change = next / scale;
  x = atX - (atX - x) * change;
  y = atY - (atY - y) * change;
  scale = next;
  place();
}

function enlarge(factor, ...at) { scaleTo(scale * factor, ...at); }

function pan(across, down) {
  const { width, height } = size();
  x -= across * STEP * width;
  y -= down * STEP * height;
  place();
}

const ofEdits = { all: () => toggle('shows-all'), difference: () => toggle('is-difference'), blink: () => toggle('is-blinking') };
const actions = {
  flip, in: () => enlarge(1.5), out: () => enlarge(1 / 1.5), fit: () => scaleTo(1), one: () => scaleTo(trueScale()), close: () => dialog.close(),
  ...Object.fromEntries(Object.entries(ofEdits).map(([name, act]) => [name, () => is('is-edit') && act()])),
  mask: () => is('has-mask') && toggle('shows-mask'),
};
const KEYS = { ' ': 'flip', f: 'flip', '+': 'in', '=': 'in', '-': 'out', 0: 'fit', 1: 'one', b: 'blink', d: 'difference', v: 'all', m: 'mask' };
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.key === ' ' && event.target.closest('button'))) return;
  const action = find(KEYS, event), arrow = find(ARROWS, event);
  if (!action && !arrow) return;
  event.preventDefault();
  if (arrow) pan(...arrow);
  else if (!event.repeat || ['in', 'out'].includes(action)) actions[action]();
  if (['flip', 'blink'].includes(action) && !event.repeat) pressed = { code: event.code, since: event.timeStamp, action };
}

function letGo(event) {
  if (event.code !== pressed?.code) return;
  // The source shows for as long as its key is down, however short.
  if (pressed.action === 'blink' || event.timeStamp - pressed.since > HELD) actions[pressed.action]();
  pressed = null;
}

const contains = (box, { clientX, clientY }) => clientX >= box.left && clientX < box.right && clientY >= box.top && clientY < box.bottom;

const under = event => panes().find(each => contains(each.getBoundingClientRect(), event)) ?? results()[0];

function fromMiddle(event, within = under(event)) {
  const box = within.getBoundingClientRect();
  return [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
}

function move(event) {
  const from = fingers.get(event.pointerId), to = fromMiddle(event, touched);
  if (!from) return;
  if (fingers.size === 2) {
    const [, other] = [...fingers].find(([id]) => id !== event.pointerId);
    const apart = point => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    enlarge(apart(to) / apart(from), (to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
  } else {
    x += to[0] - from[0];
    y += to[1] - from[1];
    place();
  }
  travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
  fingers.set(event.pointerId, to);
}

function lift(event) {
  if (fingers.delete(event.pointerId) && event.type === 'pointerup' && travelled < 6) flip();
}

view.addEventListener('wheel', event => { event.preventDefault(); enlarge(event.deltaY < 0 ? 1.2 : 1 / 1.2, ...fromMiddle(event)); }, { passive: false });
view.addEventListener('pointerdown', event => {
  view.setPointerCapture(event.pointerId);
  if (!fingers.size) {
    touched = under(event);
    travelled = 0;
  }
  fingers.set(event.pointerId, fromMiddle(event, touched));
});
view.addEventListener('pointermove', move);
for (const type of ['pointerup', 'pointercancel']) view.addEventListener(type, lift);
dialog.addEventListener('keydown', press);
dialog.addEventListener('keyup', letGo);
dialog.addEventListener('click', event => { const button = event.target.closest('[data-zoom]'); if (button) actions[button.dataset.zoom](); });
addEventListener('resize', () => { if (dialog.open) { fitWindow(); place(); } });

function copy({ alt, src, currentSrc, dataset }, name = '') {
  const image = new Image();
  Object.assign(image, { alt, draggable: false, className: name, src: dataset.detail ?? (currentSrc || src) });
  if (name === 'outline') image.dataset.drawn = 'yes';
  return image;
}

function makePane(images, name) {
  const element = document.createElement('div');
  element.className = `zoom-pane ${name}`;
  element.append(...images);
  return element;
}

// Shows the images at their largest width once all have loaded. `first` is the side that was pointed at, from 0.
export async function zoom(matchup, first = 0) {
  const main = matchup.querySelector('.source .mat img'), below = matchup.querySelector('.under') ?? main, mask = matchup.querySelector('.outline');
  const over = () => (mask ? [copy(mask, 'outline')] : []);
  const shown = [...matchup.querySelectorAll('.side .result-image')].map(image => {
    const source = below ? [copy(below, 'under')] : [];
    const pane = makePane([copy(image), ...source, ...over()], 'is-behind');
    // Before the vote no side has a name.
    pane.dataset.name = image.closest('.side').dataset.name ?? '';
    return pane;
  });
  if (main) shown.unshift(makePane([copy(main), ...over()], 'is-source'));
  view.replaceChildren(...shown);
  dialog.classList.remove('is-difference', 'is-blinking', 'shows-mask');
  dialog.classList.add('is-loading');
  dialog.classList.toggle('is-edit', !!main);
  // An edit is first seen beside what it was made from.
  dialog.classList.toggle('shows-all', !!main);
  dialog.classList.toggle('has-mask', !!mask);
  const frame = matchup.querySelector('.frame');
  ratio = frame ? frame.width / frame.height : 1;
  status.textContent = '';
  scale = 1;
  x = y = 0;
  pressed = touched = null;
  dialog.showModal();
  fitWindow();
  view.focus();
  await decoded(view).catch(() => dialog.close());
  dialog.classList.remove('is-loading');
  bring(first);
  // The text below may have become longer.
  fitWindow();
  place();
}
