// Sends a chosen or dropped folder file by file, and shows how far an import is.
// The server takes two files at once, whoever sends them.
const AT_ONCE = 2, TRIES = 5, POLL = 1000;

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const fill = (text, done, all) => text.replace('{done}', done.toLocaleString()).replace('{all}', all.toLocaleString());

// Browsers give the entries of a dropped folder in parts.
const readEntries = reader => new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });

async function* filesBelow(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    yield { path: entry.fullPath.replace(/^\//, ''), file };
    return;
  }
  const reader = entry.createReader();
  for (let part = await readEntries(reader); part.length > 0; part = await readEntries(reader)) {
    for (const child of part) yield* filesBelow(child);
  }
}

async function droppedFiles(items) {
  const entries = [...items].map(item => item.webkitGetAsEntry()).filter(Boolean), found = [];
  for (const entry of entries) for await (const each of filesBelow(entry)) found.push(each);
  return found;
}

class Refused extends Error {}
class Busy extends Error {}

// A refusal is final; what the network or the server could not do is tried again.
async function post(address, body, token) {
  const headers = { 'X-CSRFToken': token, 'Content-Type': 'application/octet-stream' };
  const answer = await fetch(address, { method: 'POST', body, headers, credentials: 'same-origin' });
  if (answer.ok) return answer;
  const { code, message } = await answer.json().catch(() => ({ message: '' }));
  if (answer.status < 500 && message) throw new Refused(message);
  throw code === 'busy' ? new Busy() : new Error(`${answer.status}`);
}

async function persist(send, onLost) {
  for (let tries = 1; ; ) {
    try { return await send(); } catch (error) {
      if (error instanceof Refused || tries === TRIES) throw error;
      if (error instanceof Busy) await wait(POLL);
      else {
        onLost();
        tries += 1;
        await wait(POLL * 2 ** (tries - 1));
      }
    }
  }
}

class Upload {
  constructor(form) {
    this.form = form;
    this.bar = form.querySelector('progress');
    this.said = form.querySelector('[role=status]');
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.busy = false;
  }

  say(text) { this.said.textContent = text; }

  async send(files) {
    if (this.busy) return;
    this.busy = true;
    this.form.setAttribute('aria-busy', 'true');
    try {
      await this.sendAll(files);
    } catch (error) {
      this.say(error instanceof Refused ? error.message : this.form.dataset.stopped);
    } finally {
      this.busy = false;
      this.form.removeAttribute('aria-busy');
    }
  }

  async sendAll(files) {
    if (files.length === 0) { this.say(this.form.dataset.empty); return; }
    this.say(this.form.dataset.listing);
    const lost = () => this.say(this.form.dataset.lost);
    const rows = files.map(({ path, file }) => [path, file.size, file.lastModified]);
    const begun = await persist(() => post(this.form.dataset.begin, JSON.stringify(rows), this.token), lost);
    const { address, names, missing } = await begun.json();
    const byPath = new Map(files.map(({ path, file }) => [path, file])), all = missing.length;
    let done = 0;
    this.bar.hidden = false;
    this.bar.max = Math.max(all, 1);
    const show = () => { this.bar.value = done; this.say(fill(this.form.dataset.sending, done, all)); };
    show();
    const work = async () => {
      for (let number = missing.shift(); number !== undefined; number = missing.shift()) {
        const body = byPath.get(names[number]), target = `${address}files/${number}/`;
        await persist(() => post(target, body, this.token), lost);
        done += 1;
        show();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    location.assign(address);
  }
}

for (const form of document.querySelectorAll('[data-begin]')) {
  const upload = new Upload(form), input = form.querySelector('input[type=file]');
  const sendChosen = () => {
    upload.send([...input.files].map(file => ({ path: file.webkitRelativePath || file.name, file })));
  };
  input.addEventListener('change', sendChosen);
  // Somebody may have chosen a folder before this script was there.
  if (input.files.length > 0) sendChosen();
  form.addEventListener('dragover', event => { event.preventDefault(); form.dataset.over = ''; });
  form.addEventListener('dragleave', () => { delete form.dataset.over; });
  form.addEventListener('drop', async event => {
    event.preventDefault();
    delete form.dataset.over;
    upload.send(await droppedFiles(event.dataTransfer.items));
  });
}

for (const watched of document.querySelectorAll('[data-watch]')) {
  const bar = watched.querySelector('progress'), said = watched.querySelector('[role=status]');
  const look = async () => {
    const answer = await fetch(watched.dataset.watch, { credentials: 'same-origin' }).catch(() => null);
    const state = answer?.ok ? await answer.json() : null;
    if (state && state.state !== 'queued' && state.state !== 'working') { location.reload(); return; }
    if (state) {
      bar.value = state.done;
      if (state.state === 'working') said.textContent = fill(watched.dataset.said, state.done, state.total);
    }
    setTimeout(look, POLL);
  };
  look();
}
