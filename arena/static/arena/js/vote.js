// The voting screen. It makes <form id="answer"> faster; the form also works without this file.
import { listenToKeys } from './vote/keys.js';
import { keep, recall } from './vote/memory.js';
import { createOutbox } from './vote/outbox.js';
import { createQueue } from './vote/prefetch.js';
import { createReveal, fillIn } from './vote/reveal.js';
import { createStage } from './vote/stage.js';

start(document.querySelector('.vote'));

function start(root) {
  const form = document.getElementById('answer'), text = root.dataset;
  const message = root.querySelector('.strip-message'), status = root.querySelector('[role=status]'), counter = root.querySelector('.count');
  let failures = 0;

  const outbox = createOutbox(form, { onReply, onDropped, onAway });
  const queue = createQueue(root, { shown: () => [stage.current().dataset.matchup], unsent: outbox.ids });
  const reveal = createReveal(root);
  const stage = createStage(root, { onReady, onFailure });

  function say(visible, { spoken = visible, warning = false } = {}) {
    message.textContent = visible;
    message.classList.toggle('is-warning', warning);
    status.textContent = spoken;
  }

  function count(more) {
    const n = more + Number(recall('easel.count', 'sessionStorage') || 0);
    keep('easel.count', n, 'sessionStorage');
    counter.textContent = fillIn(text.msgCount, { n });
    counter.hidden = !n;
  }

  function answer(outcome) {
    const matchup = stage.take();
    if (!matchup) return;
    if (outcome === 'skip') say(text.msgSkipped);
    else { reveal.open(outcome); say(text.msgSaved, { spoken: '' }); count(1); }
    outbox.put({ id: matchup.dataset.matchup, url: matchup.dataset.answer, answer: outcome });
    if (outcome === 'skip') advance();
  }

  async function advance() {
    reveal.close();
    stage.lock();
    let matchup = queue.take();
    if (!matchup) { await queue.fill(); matchup = queue.take(); }
    if (matchup) return stage.show(matchup);
    if (queue.exhausted()) return stage.finish(document.getElementById('all-judged').content.cloneNode(true));
    say(text.msgWaiting, { warning: true });
    setTimeout(advance, 1500);
  }

  function next() {
    if (!reveal.isOpen()) return false;
    say('');
    advance();
    return true;
  }

  async function open(name, side) {
    if (name === 'help') return document.getElementById('keys').showModal();
    if (root.dataset.state !== 'ready' && !reveal.isOpen()) return;
    const { zoom } = await import('./vote/zoom.js');
    zoom(stage.current(), side);
  }

  function onReady() { failures = 0; queue.fill(); }

  // A picture that can't be seen can't be judged, so the pair is skipped, never voted on.
  function onFailure(matchup) {
    say(text.msgBroken, { warning: true });
    outbox.put({ id: matchup.dataset.matchup, url: matchup.dataset.answer, answer: 'skip' });
    setTimeout(advance, Math.min(1000 * 2 ** failures++, 30_000) - 1000);
  }

  const isShown = entry => reveal.isOpen() && stage.current()?.dataset.matchup === entry.id;

  function onReply(entry, reply) {
    if (!reply.left) return;
    if (isShown(entry)) {
      const [visible, spoken] = reveal.fill(reply);
      say(visible, { spoken });
    } else say(fillIn(text.msgSent, { left: reply.left.name, right: reply.right.name }));
  }

  function onDropped(entry, reason) {
    if (entry.answer !== 'skip') say(reason || text.msgDropped, { warning: true });
  }

  function onAway() { say(text.msgAway, { warning: true }); }

  form.addEventListener('submit', event => { event.preventDefault(); if (event.submitter) answer(event.submitter.value); });
  root.querySelector('.next').addEventListener('click', next);
  root.querySelector('.stage').addEventListener('click', event => {
    const side = event.target.closest('.side');
    if (event.target.closest('.mat')) open('zoom', [...side.parentElement.children].indexOf(side));
  });
  for (const button of root.querySelectorAll('[data-opens]')) {
    button.hidden = false;
    button.addEventListener('click', () => open(button.dataset.opens));
  }
  listenToKeys(action => {
    if (action === 'next') return next();
    if (action === 'help' || action === 'zoom') open(action); else answer(action);
    return true;
  });

  count(0);
  outbox.flush();
  // After a reload the page may show a matchup whose answer still waits to be sent.
  if (outbox.ids().includes(stage.current().dataset.matchup)) advance(); else stage.show(stage.current());
}
