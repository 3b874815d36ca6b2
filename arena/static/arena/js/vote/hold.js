// The time in which a vote can be taken back before it is sent: the setting, the bar and the seconds that are left.
import { keep, recall } from './memory.js';
import { fillIn } from './reveal.js';

const SWITCH = 'easel.undo';
// Milliseconds by setting. A vote that is held until its voter goes on is sent after an hour at the latest.
const TIMES = { off: 0, 4: 4000, 10: 10_000, next: 3_600_000 };
const USUAL = '4';

export function createHold(root) {
  const choice = document.querySelector('[data-undo-time]'), bar = root.querySelector('.hold-bar'), rests = root.querySelectorAll('[data-rest]');
  const text = root.dataset;
  let running, ticking, end;

  const kept = recall(SWITCH);
  choice.value = Object.hasOwn(TIMES, kept) ? kept : USUAL;
  choice.addEventListener('change', () => keep(SWITCH, choice.value));

  function tick() {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    for (const rest of rests) rest.textContent = fillIn(text.msgRest, { seconds });
  }

  function stop() {
    clearInterval(ticking);
    running?.cancel();
    for (const rest of rests) rest.textContent = '';
    bar.hidden = true;
  }

  return {
    time: () => TIMES[choice.value],
    endsWithNext: () => choice.value === 'next',
    start(time) {
      stop();
      if (choice.value === 'next') return;
      end = performance.now() + time;
      tick();
      ticking = setInterval(tick, 250);
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      bar.hidden = false;
      running = bar.animate({ transform: ['scaleX(1)', 'scaleX(0)'] }, time);
    },
    // Once the voter has gone on, the bar would seem to belong to the pair that is now on screen.
    hideBar() { bar.hidden = true; },
    stop,
  };
}
