// A picture of a prompt opens beside others of that prompt in the synchronised viewer. Without it, it is a plain link.
import { zoom } from './vote/zoom.js';

// Of more pictures only the next ones are loaded: all of a large competition would take too long.
const MOST = 4;

function pick(sides, pressed) {
  if (sides.length <= MOST) return [sides, pressed];
  const start = Math.min(pressed, sides.length - MOST);
  return [sides.slice(start, start + MOST), pressed - start];
}

document.addEventListener('click', event => {
  const link = event.target.closest('.same-prompt a');
  if (!link?.querySelector('img') || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const same = link.closest('.same-prompt'), all = [...same.querySelectorAll('.side')];
  const [sides, first] = pick(all, Math.max(0, all.indexOf(link.closest('.side'))));
  const shown = document.createElement('div');
  shown.append(...[...same.querySelectorAll('.source'), ...sides].map(each => each.cloneNode(true)));
  zoom(shown, first);
});
