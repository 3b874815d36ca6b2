// Keys. Letters and digits can be switched off (WCAG 2.1.4); arrows, Space and Enter stay.
import { keep, recall } from './memory.js';

const SWITCH = 'easel.keys';
const ALWAYS = { ArrowLeft: 'left', ArrowRight: 'right', Enter: 'next', ' ': 'next' };
const CHARACTERS = { 1: 'left', 2: 'right', 3: 'tie', 4: 'both_bad', s: 'skip', z: 'zoom', '?': 'help' };

const isBusy = target => target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open');

// `act` takes an answer, or next, zoom or help; it returns whether that had an effect.
export function listenToKeys(act) {
  const box = document.querySelector('[data-keys-switch]');
  box.checked = recall(SWITCH) !== 'off';
  box.addEventListener('change', () => keep(SWITCH, box.checked ? 'on' : 'off'));

  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
    const action = ALWAYS[event.key] ?? (box.checked && CHARACTERS[event.key?.toLowerCase()]);
    if (!action || (action === 'next' && !event.repeat && event.target.closest('button, a'))) return;
    // A held key repeats, and would press one button after another.
    if (event.repeat ? action === 'next' : act(action)) event.preventDefault();
  });
}
