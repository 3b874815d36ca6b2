// The next matchups, fetched and decoded while the voter looks at this one.
import { decoded } from './stage.js';

const size = () => (navigator.connection?.saveData ? 1 : 2);

// `shown` and `unsent` name the matchups that the page has already: on screen; answered and not yet sent.
export function createQueue(root, { shown, unsent }) {
  const ready = [];
  let filling = null, exhausted = false;

  async function load() {
    const waiting = unsent();
    const query = new URLSearchParams({ category: root.dataset.category });
    for (const id of new Set([...shown(), ...waiting, ...ready.map(each => each.dataset.matchup)])) query.append('have', id);
    const response = await fetch(`${root.dataset.nextUrl}?${query}`);
    // With answers still to be sent, "nothing left" may only mean that the server waits for them.
    exhausted = response.status === 204 && !waiting.length;
    if (response.status === 204) return false;
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

  // Resolves with the first; goes on to the second by itself. Away: the next call tries again.
  function fill() {
    filling ??= load().catch(() => false).then(got => {
      filling = null;
      if (got && ready.length < size()) fill();
    });
    return filling;
  }

  return {
    fill: () => (ready.length < size() ? fill() : undefined),
    exhausted: () => exhausted,
    take: () => ready.shift(),
  };
}
