// Fetches and decodes the next matchups while the voter looks at this one.
import { secondsToWait } from './pauses.js';
import { decoded } from './stage.js';

const size = () => (navigator.connection?.saveData ? 1 : 2);

// `shown` gives the matchup on screen, `unsent` those answered but not yet sent: the page already has all of them.
// `claims` says which are in other tabs.
export function createQueue(root, { shown, unsent, claims }) {
  const ready = [];
  // Until `resumeAt` the server deals no more, as it said.
  let filling = null, resumeAt = 0, dry = false, exhausted = false, waitsForTabs = false;

  async function load() {
    const elsewhere = await claims.elsewhere(), waiting = unsent();
    const { category, modality, again } = root.dataset;
    const query = new URLSearchParams({ category, modality, skipped_before: again });
    for (const id of new Set([shown(), ...waiting, ...ready.map(each => each.dataset.matchup), ...elsewhere])) query.append('have', id ?? '');
    const response = await fetch(`${root.dataset.nextUrl}?${query}`);
    if (response.status === 429) resumeAt = Date.now() + 1000 * secondsToWait(response);
    dry = response.status === 204;
    // While answers wait to be sent, "nothing left" may only mean that the server waits for them.
    exhausted = dry && !waiting.length;
    waitsForTabs = exhausted && elsewhere.length > 0;
    if (dry) return false;
    if (!response.ok) throw new Error(response.status);
    const template = document.createElement('template');
    template.innerHTML = await response.text();
    for (const image of template.content.querySelectorAll('img')) image.fetchPriority = 'low';
    const matchup = document.importNode(template.content.querySelector('.matchup'), true);
    // Two tabs that ask at once get the same matchup, which only one of them can take.
    if (!await claims.claim(matchup.dataset.matchup)) return load();
    // An image that fails here fails again on the stage, which handles it.
    await decoded(matchup).catch(() => {});
    ready.push(matchup);
    return true;
  }

  // Resolves with the first matchup, then fetches the second by itself. If the server can't be reached, the next call tries again.
  function fill() {
    filling ??= load().catch(() => false).then(got => {
      filling = null;
      if (got && ready.length < size()) fill();
    });
    return filling;
  }

  return {
    fill: () => (ready.length < size() && Date.now() >= resumeAt ? fill() : undefined),
    // For how many seconds the server deals no more.
    pause: () => Math.ceil(Math.max(0, resumeAt - Date.now()) / 1000),
    exhausted: () => exhausted && !unsent().length,
    // Whether what is left, if anything, is open in another tab.
    waitsForTabs: () => waitsForTabs,
    // Whether the server had nothing more when it was last asked.
    isDry: () => dry && !ready.length,
    take: () => ready.shift(),
    // Makes this matchup the next one again.
    putBack(matchup) { ready.unshift(matchup); },
  };
}
