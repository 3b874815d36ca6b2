// What only an edit has: its source in place of a result for as long as a key or a finger is down, the mask's outline on
// the results, and several sources of which one is shown large.
import { find } from './keys.js';

const BLINK = { b: 'blink' };
// A finger that is down for longer (milliseconds) looked at the source; a shorter touch looks closely.
const LOOKED = 250;

export function createEdits(root) {
  const stage = root.querySelector('.stage');
  let down = null, lookedAt = 0;

  const shown = () => stage.querySelector('.matchup--edit');

  function blink(element, on) {
    if (on) element?.classList.add('is-blinking');
    else for (const each of stage.querySelectorAll('.is-blinking')) each.classList.remove('is-blinking');
  }

  function choose(link) {
    const main = shown().querySelector('.source .mat img'), { srcset, src } = link.dataset;
    Object.assign(main, { srcset, src, alt: link.querySelector('img').alt });
    main.dataset.detail = link.href;
    for (const each of link.parentElement.children) each.setAttribute('aria-current', each === link);
  }

  stage.addEventListener('pointerdown', event => {
    if (!shown() || event.button || root.dataset.state === 'loading') return;
    const side = event.target.closest('.side'), button = event.target.closest('[data-blink]');
    if (!button && !(side && event.target.closest('.mat'))) return;
    down = event.timeStamp;
    blink(button ? shown() : side, true);
  });
  for (const type of ['pointerup', 'pointercancel']) addEventListener(type, event => {
    if (down !== null && event.timeStamp - down > LOOKED) lookedAt = event.timeStamp;
    down = null;
    blink(null, false);
  });
  addEventListener('blur', () => blink(null, false));
  addEventListener('keyup', event => { if (find(BLINK, event)) blink(null, false); });
  // A long touch would open the browser's menu for pictures.
  stage.addEventListener('contextmenu', event => { if (down !== null) event.preventDefault(); });
  stage.addEventListener('click', event => {
    const link = event.target.closest('.sources a');
    if (link) { event.preventDefault(); choose(link); }
    if (event.target.closest('[data-mask]')) toggleMask();
  });

  function toggleMask() {
    const button = shown()?.querySelector('[data-mask]');
    if (!button) return false;
    button.setAttribute('aria-pressed', shown().classList.toggle('shows-mask'));
    return true;
  }

  return {
    // Shows the source until the key is let go; returns whether this is an edit.
    blink() {
      blink(shown(), true);
      return !!shown();
    },
    toggleMask,
    // Whether the click that comes now ends a look at the source, and means nothing else.
    endsLook: event => event.timeStamp - lookedAt < 50,
  };
}
