// Keys. Letters and digits can be switched off (WCAG 2.1.4); arrows, Space, Enter, Backspace and Ctrl+Z stay.
import { keep, recall } from './memory.js';

const SWITCH = 'easel.keys';
const ALWAYS = { arrowleft: 'left', arrowright: 'right', enter: 'next', ' ': 'next', backspace: 'undo' };
const CHARACTERS = { 1: 'left', 2: 'right', 3: 'tie', 4: 'both_bad', s: 'skip', u: 'undo', r: 'report', z: 'zoom', b: 'blink', m: 'mask', '?': 'help',
  p: 'why-prompt', l: 'why-looks', t: 'why-text', a: 'why-anatomy', c: 'why-composition', f: 'why-artefacts' };
const WITH_CONTROL = { z: 'undo' };

export const isBusy = target => target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open');

// Looks a key up by its character. Where that has no Latin letter, or the digit needs Shift, its place on the keyboard decides.
export function find(table, event) {
  const key = event.key?.toLowerCase() ?? '', place = event.code?.match(/^(?:Key([A-Z])|Digit(\d))$/);
  // Without NumLock, the digits of the number pad are arrows and the like: they do nothing.
  if (event.location === KeyboardEvent.DOM_KEY_LOCATION_NUMPAD && key.length > 1 && key !== 'enter') return undefined;
  if (Object.hasOwn(table, key)) return table[key];
  if (place?.[1] && /^[^\0-\x7f]$/.test(key)) return table[place[1].toLowerCase()];
  return place?.[2] && !event.shiftKey ? table[place[2]] : undefined;
}

export const areLettersOn = () => recall(SWITCH) !== 'off';

// `act` takes an answer, or next, undo, report, zoom, blink, mask or help, or why- with a reason; it returns whether that had an effect.
export function listenToKeys(act) {
  const box = document.querySelector('[data-keys-switch]');
  box.checked = areLettersOn();
  box.addEventListener('change', () => keep(SWITCH, box.checked ? 'on' : 'off'));

  function meaning(event) {
    if (event.altKey) return undefined;
    if (event.ctrlKey || event.metaKey) return event.shiftKey ? undefined : find(WITH_CONTROL, event);
    return find(ALWAYS, event) ?? (box.checked ? find(CHARACTERS, event) : undefined);
  }

  addEventListener('keydown', event => {
    if (isBusy(event.target)) return;
    const action = meaning(event);
    if (!action || (action === 'next' && !event.repeat && event.target.closest('button, a'))) return;
    // A held key repeats, and would press one button after another.
    if (event.repeat ? action === 'next' : act(action)) event.preventDefault();
  });
}
