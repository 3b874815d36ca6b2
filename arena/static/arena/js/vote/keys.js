// Keys. Letters and digits can be switched off (WCAG 2.1.4); arrows, Space and Enter stay.
const SWITCH = 'easel.keys';
const ALWAYS = { ArrowLeft: 'left', ArrowRight: 'right' };
const CHARACTERS = { 1: 'left', 2: 'right', 3: 'tie', 4: 'both_bad', s: 'skip', z: 'zoom', '?': 'help' };

function charactersOn() {
  try { return localStorage.getItem(SWITCH) !== 'off'; } catch { return true; }
}

const isBusy = target => target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open');

// `act` gets an answer, or skip, zoom, help, next; it says whether the key meant something.
export function listenToKeys(act) {
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
    const isNext = event.key === 'Enter' || event.key === ' ';
    if (event.repeat) {
      // A held Enter would press one button after the other.
      if (isNext) event.preventDefault();
      return;
    }
    if (isNext && event.target.closest('button, a, summary')) return;
    const key = event.key.toLowerCase();
    const action = isNext ? 'next' : ALWAYS[event.key] ?? (charactersOn() ? CHARACTERS[key] : undefined);
    if (action && act(action)) event.preventDefault();
  });

  const box = document.querySelector('[data-keys-switch]');
  box.checked = charactersOn();
  box.addEventListener('change', () => {
    try { localStorage.setItem(SWITCH, box.checked ? 'on' : 'off'); } catch { /* The choice can't be kept. */ }
  });
}
