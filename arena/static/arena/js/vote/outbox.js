// Answers wait here until the server has taken them, so a closed tab or a lost connection loses none.
import { keep, recall } from './memory.js';

const KEY = 'easel.outbox';
const DAY = 86_400_000;
const SLOWEST = 60_000;

const read = () => JSON.parse(recall(KEY) || '[]').filter(entry => Date.now() - entry.at < DAY);
// Removes the answer with this id and adds the others.
const write = (id, ...added) => keep(KEY, JSON.stringify([...read().filter(entry => entry.id !== id), ...added]));

function body(entry, form) {
  const data = new FormData(form);
  data.set('answer', entry.answer);
  return data;
}

// A sign-in in another tab changes the CSRF token; a freshly loaded page has the new one.
async function renewToken(form) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const token = page.querySelector('[name=csrfmiddlewaretoken]');
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
}

export function createOutbox(form, { onReply, onDropped, onAway }) {
  let sending = false, wait = 1000, timer;

  // Returns true if the entry left the outbox. Throws if the server can't be reached.
  async function deliver(entry, again = false) {
    const response = await fetch(entry.url, {
      method: 'POST', body: body(entry, form), headers: { Accept: 'application/json' }, keepalive: true, signal: AbortSignal.timeout(20_000),
    });
    if (response.status === 403 && !again) { await renewToken(form); return deliver(entry, true); }
    if (response.status >= 500 || response.status === 429) return false;
    const reply = await response.json().catch(() => ({}));
    // A sign-in page also answers 200: only a reply that repeats the answer shows that it was taken.
    if (response.ok && !reply.answer && entry.answer !== 'skip') return false;
    write(entry.id);
    if (response.ok) onReply(entry, reply); else onDropped(entry, reply.message);
    return true;
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    const tried = new Set();
    try {
      for (let entry; (entry = read().find(each => !tried.has(each.id)));) {
        tried.add(entry.id);
        if (await deliver(entry)) wait = 1000;
      }
    } catch { /* The server can't be reached; waiting answers are tried again below. */ }
    sending = false;
    if (!read().length) return;
    onAway();
    timer = setTimeout(flush, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, SLOWEST);
  }

  addEventListener('online', flush);
  addEventListener('pageshow', flush);
  // The server counts each answer once, so one that is being sent may be sent again.
  addEventListener('pagehide', () => { for (const entry of read()) navigator.sendBeacon(entry.url, body(entry, form)); });

  return {
    put(entry) { write(entry.id, { ...entry, at: Date.now() }); flush(); },
    ids: () => read().map(entry => entry.id),
    flush,
  };
}
