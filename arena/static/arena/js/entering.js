// A newcomer's browser computes a proof of work and goes on by itself; where it cannot, it waits and comes again.
const form = document.getElementById('enter'), { challenge, pieces, bits, seconds, worker: source } = form.dataset;

function add(name, value) {
  const field = document.createElement('input');
  Object.assign(field, { type: 'hidden', name, value });
  form.append(field);
}

function send({ data: nonces }) {
  for (const nonce of nonces) add('nonce', nonce);
  form.submit();
}

function wait() {
  const query = new URLSearchParams({ challenge, back: form.elements.back.value });
  setTimeout(() => location.replace(`${form.getAttribute('action')}?${query}`), 1000 * seconds);
}

// Over plain HTTP, browsers hash on their own machine only.
if (isSecureContext && globalThis.Worker) {
  const worker = new Worker(source);
  worker.addEventListener('message', send);
  worker.addEventListener('error', wait);
  worker.postMessage({ challenge, pieces: Number(pieces), bits: Number(bits) }, []);
} else wait();
