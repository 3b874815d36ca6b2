// Both images in one window, under one transform: zooming or moving one does the same to the other.
import { find } from './keys.js';
import { fillIn } from './reveal.js';
import { decoded } from './stage.js';

// The largest scale, where 1 fits the picture into the window.
const LARGEST = 8;
// How far an arrow key moves, as a share of the window.
const STEP = 0.15;
// A key that is down for longer (milliseconds) is held: letting it go shows the first image again.
const HELD = 400;
const dialog = document.getElementById('zoom'), view = dialog.querySelector('.zoom-window'), status = dialog.querySelector('[role=status]');
const fingers = new Map();
let scale = 1, x = 0, y = 0, side = 0, travelled = 0, pressed = null;

// Returns the scale at which a pixel of the picture is a pixel of the screen; of unlike pictures, the larger one's.
function trueScale() {
  const fits = image => Math.min(view.clientWidth, view.clientHeight * image.naturalWidth / image.naturalHeight);
  return Math.max(...[...view.children].map(image => image.naturalWidth / devicePixelRatio / fits(image)));
}

function place() {
  const reach = Math.max(0, (scale - 1) * view.clientWidth / 2);
  x = Math.max(-reach, Math.min(reach, x));
  y = Math.max(-reach, Math.min(reach, y));
  for (const image of view.children) image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
}

function flip() {
  side = 1 - side;
  [...view.children].forEach((image, n) => image.classList.toggle('is-behind', n !== side));
  status.textContent = fillIn(dialog.dataset.msgSide, { side: 'AB'[side] });
}

// Keeps the point under the finger or cursor (relative to the window's centre) in place.
function scaleTo(wanted, atX = 0, atY = 0) {
  const one = trueScale(), next = Math.min(Math.max(LARGEST, one), Math.max(Math.min(1, one), wanted)), ratio = next / scale;
  x = atX - (atX - x) * ratio;
  y = atY - (atY - y) * ratio;
  scale = next;
  place();
}

function enlarge(factor, ...at) { scaleTo(scale * factor, ...at); }

function pan(across, down) {
  x -= across * STEP * view.clientWidth;
  y -= down * STEP * view.clientHeight;
  place();
}

const actions = {
  flip, in: () => enlarge(1.5), out: () => enlarge(1 / 1.5), fit: () => scaleTo(1), one: () => scaleTo(trueScale()), close: () => dialog.close(),
};
const KEYS = { ' ': 'flip', f: 'flip', '+': 'in', '=': 'in', '-': 'out', 0: 'fit', 1: 'one' };
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.key === ' ' && event.target.closest('button'))) return;
  const action = find(KEYS, event), arrow = find(ARROWS, event);
  if (!action && !arrow) return;
  event.preventDefault();
  if (arrow) pan(...arrow);
  else if (!event.repeat || action !== 'flip') actions[action]();
  if (action === 'flip' && !event.repeat) pressed = { code: event.code, since: event.timeStamp };
}

function letGo(event) {
  if (event.code !== pressed?.code) return;
  if (event.timeStamp - pressed.since > HELD) flip();
  pressed = null;
}

function fromMiddle(event) {
  const box = view.getBoundingClientRect();
  return [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
}

function move(event) {
  const from = fingers.get(event.pointerId), to = fromMiddle(event);
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
  fingers.set(event.pointerId, fromMiddle(event));
  if (fingers.size === 1) travelled = 0;
});
view.addEventListener('pointermove', move);
for (const type of ['pointerup', 'pointercancel']) view.addEventListener(type, lift);
dialog.addEventListener('keydown', press);
dialog.addEventListener('keyup', letGo);
dialog.addEventListener('click', event => { const button = event.target.closest('[data-zoom]'); if (button) actions[button.dataset.zoom](); });

// Shows both at their largest width once both have loaded. `first` is the side that was pointed at: 0 or 1.
export async function zoom(matchup, first = 0) {
  const images = [...matchup.querySelectorAll('img')].map(({ alt, src, dataset }) => {
    const copy = new Image();
    Object.assign(copy, { alt, draggable: false, className: 'is-behind', src: dataset.detail ?? src });
    return copy;
  });
  view.replaceChildren(...images);
  status.textContent = '';
  scale = 1;
  x = y = 0;
  pressed = null;
  dialog.showModal();
  view.focus();
  await decoded(view).catch(() => dialog.close());
  side = 1 - first;
  flip();
  place();
}
