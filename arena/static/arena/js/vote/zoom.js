// Both images in one window, under one transform: zooming or moving one does the same to the other.
import { fillIn } from './reveal.js';
import { decoded } from './stage.js';

const LARGEST = 8;
const dialog = document.getElementById('zoom'), view = dialog.querySelector('.zoom-window'), status = dialog.querySelector('[role=status]');
const fingers = new Map();
let scale = 1, x = 0, y = 0, side = 0, travelled = 0;

function place() {
  const reach = (scale - 1) * view.clientWidth / 2;
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
function enlarge(factor, atX = 0, atY = 0) {
  const next = Math.min(LARGEST, Math.max(1, scale * factor)), ratio = next / scale;
  x = atX - (atX - x) * ratio;
  y = atY - (atY - y) * ratio;
  scale = next;
  place();
}

function fromMiddle(event) {
  const box = view.getBoundingClientRect();
  return [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
}

const actions = {
  flip, in: () => enlarge(1.5), out: () => enlarge(1 / 1.5), close: () => dialog.close(),
  ' ': flip, '+': () => enlarge(1.5), '=': () => enlarge(1.5), '-': () => enlarge(1 / 1.5), 0: () => enlarge(0),
};

function act(name, event) {
  if (!actions[name]) return;
  event.preventDefault();
  actions[name]();
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
dialog.addEventListener('keydown', event => {
  const pressesButton = event.key === ' ' && event.target.closest('button');
  if (!pressesButton && !event.repeat && !event.ctrlKey && !event.metaKey) act(event.key, event);
});
dialog.addEventListener('click', event => { const button = event.target.closest('[data-zoom]'); if (button) act(button.dataset.zoom, event); });

// Shows both at their largest width once both have loaded. `first` is the side that was pointed at: 0 or 1.
export async function zoom(matchup, first = 0) {
  const images = [...matchup.querySelectorAll('img')].map(image => {
    const copy = image.cloneNode();
    copy.removeAttribute('srcset');
    copy.className = 'is-behind';
    return copy;
  });
  view.replaceChildren(...images);
  status.textContent = '';
  scale = 1;
  x = y = 0;
  dialog.showModal();
  view.focus();
  await decoded(view).catch(() => dialog.close());
  side = 1 - first;
  flip();
  place();
}
