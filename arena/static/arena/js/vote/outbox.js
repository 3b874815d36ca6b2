// Answers wait here until the server has taken them, so a closed tab or a lost connection loses none.
// An entry is { id, url, answer, at } and may have `sendAt`, before which it is held and can be withdrawn, and
// `fields`, an object of further form fields: name → list of values; `dwell` says how long the pair was seen. Times are milliseconds as of Date.now().
import { keep, recall } from './memory.js';
import { secondsToWait } from './pauses.js';

const KEY = 'easel.outbox';
const DAY = 86_400_000;
const SLOWEST = 60_000;
// A clock that was set back by more than this ends every hold.
const SLIP = 1000;
// A held answer of another tab is left to that tab, unless it has not sent it this long after its time.
const GRACE = 2000;

const isYoung = entry => Date.now() - entry.at < DAY;
const read = () => JSON.parse(recall(KEY) || '[]').filter(isYoung);
// Removes the answer with this id and adds the others.
const write = (id, ...added) => keep(KEY, JSON.stringify([...read().filter(entry => entry.id !== id), ...added]));

function isDue(entry) {
  const now = Date.now();
  return !(now < entry.sendAt) || now < entry.at - SLIP;
}

function body(entry, form) {
  const data = new FormData(form);
  data.set('answer', entry.answer);
  data.set('from', document.referrer.split('/', 3).join('/'));
  if (entry.dwell) data.set('dwell', entry.dwell);
  for (const [name, values] of Object.entries(entry.fields ?? {})) for (const value of values) data.append(name, value);
  return data;
}

// A sign-in in another tab changes the CSRF token; a freshly loaded page has the new one.
async function renewToken(form) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const token = page.querySelector('[name=csrfmiddlewaretoken]');
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
}

export function createOutbox(form, { onSend, onReply, onDropped, onAway }) {
  // This page's own answers, until it has their replies: another tab may send one, but only this page shows its names.
  const own = new Map();
  // Until `resumeAt` the server takes no more, as it said.
  let running = null, wait = 1000, resumeAt = 0, retry, alarm;

  function store(entry) {
    own.set(entry.id, entry);
    write(entry.id, entry);
  }

  function all() {
    const kept = read();
    return [...kept, ...[...own.values()].filter(entry => isYoung(entry) && !kept.some(each => each.id === entry.id))];
  }

  // Returns true if the entry left the outbox. Throws if the server can't be reached.
  async function deliver(entry, again = false) {
    const response = await fetch(entry.url, {
      method: 'POST', body: body(entry, form), headers: { Accept: 'application/json' }, keepalive: true, signal: AbortSignal.timeout(20_000),
    });
    if (response.status === 403 && !again) { await renewToken(form); return deliver(entry, true); }
    if (response.status === 429) resumeAt = Date.now() + 1000 * secondsToWait(response);
    if (response.status >= 500 || response.status === 429) return false;
    const reply = await response.json().catch(() => ({}));
    // A sign-in page also answers 200: only a reply that repeats the answer shows that it was taken.
    if (response.ok && !reply.answer && entry.answer !== 'skip') return false;
    write(entry.id);
    own.delete(entry.id);
    if (response.ok) onReply(entry, reply); else onDropped(entry, reply.message);
    return true;
  }

  async function sendAll() {
    clearTimeout(retry);
    clearTimeout(alarm);
    const tried = new Set();
    try {
      for (let entry; Date.now() >= resumeAt && (entry = all().find(each => isDue(each) && !tried.has(each.id)));) {
        tried.add(entry.id);
        onSend(entry);
        if (await deliver(entry)) wait = 1000;
      }
    } catch { /* The server can't be reached; waiting answers are tried again below. */ }
    running = null;
    const left = all(), held = left.filter(entry => !isDue(entry));
    if (held.length) {
      const ends = held.map(entry => entry.sendAt + (own.has(entry.id) ? 0 : GRACE));
      alarm = setTimeout(flush, Math.max(0, Math.min(...ends) - Date.now()));
    }
    if (left.length === held.length) return;
    const pause = resumeAt - Date.now();
    onAway(Math.ceil(Math.max(0, pause) / 1000));
    retry = setTimeout(flush, pause > 0 ? pause : wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, SLOWEST);
  }

  // Sends everything that is due; what becomes due meanwhile goes along.
  function flush() {
    running ??= Promise.resolve().then(sendAll);
    return running;
  }

  // Ends the holds of this page's answers; returns whether there were any.
  function release() {
    const held = [...own.values()].filter(entry => !isDue(entry));
    for (const entry of held) store({ ...entry, sendAt: 0 });
    return held.length > 0;
  }

  addEventListener('online', flush);
  addEventListener('pageshow', flush);
  // The server counts each answer once, so one that is being sent may be sent again.
  addEventListener('pagehide', () => {
    release();
    for (const entry of all()) if (isDue(entry)) navigator.sendBeacon(entry.url, body(entry, form));
  });

  return {
    // Takes an answer that is sent after `hold` milliseconds.
    put(entry, hold = 0) {
      const at = Date.now();
      store({ ...entry, at, sendAt: at + hold });
      flush();
    },
    // Changes the further form fields of a held answer, and holds it for `hold` milliseconds from now; returns whether it
    // was still held.
    amend(id, fields, hold) {
      const entry = own.get(id);
      if (!entry || isDue(entry)) return false;
      store({ ...entry, fields, sendAt: Date.now() + hold });
      return true;
    },
    // Takes a held answer back; returns whether it was still held, so that nothing of it has been sent.
    withdraw(id) {
      const entry = own.get(id);
      if (!entry || isDue(entry)) return false;
      own.delete(id);
      write(id);
      return true;
    },
    release() {
      const released = release();
      if (released) flush();
      return released;
    },
    ids: () => all().map(entry => entry.id),
    flush,
  };
}
