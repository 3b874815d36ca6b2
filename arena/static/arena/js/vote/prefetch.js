// The next matchups, fetched and decoded while the voter looks at this one.
import { decoded } from './stage.js';

const size = () => (navigator.connection?.saveData ? 1 : 2);

// `held` names the matchups that the page has already: on screen, or answered and not yet sent.
export function createQueue(root, held) {
  const ready = [];
  let filling = null, exhausted = false;

  async function load() {
    const query = new URLSearchParams({ category: root.dataset.category });
    for (const id of new Set([...held(), ...ready.map(each => each.dataset.matchup)])) query.append('have', id);
    const response = await fetch(`${root.dataset.nextUrl}?${query}`);
    exhausted = response.status === 204;
    if (exhausted) return false;
    if (!response.ok) throw new Error(response.status);
    const template = document.createElement('template');
    template.innerHTML = await response.text();
    for (const image of template.content.querySelectorAll('img')) image.fetchPriority = 'low';
    const matchup = document.importNode(template.content.querySelector('.matchup'), true);
    // An image that fails here fails again on the stage, which knows what to do.
    await decoded(matchup).catch(() => {});
    ready.push(matchup);
    return true;
  }

  async function loadAll() {
    try {
      while (ready.length < size() && await load());
    } catch { /* Away: the next call tries again. */ } finally { filling = null; }
  }

  return {
    fill: () => (filling ??= loadAll()),
    exhausted: () => exhausted,
    take: () => ready.shift(),
  };
}
