// The voting screen. It makes <form id="answer"> faster; the form also works without this file.
import { createEdits } from './vote/edits.js';
import { createHold } from './vote/hold.js';
import { areLettersOn, listenToKeys } from './vote/keys.js';
import { createOutbox } from './vote/outbox.js';
import { createQueue } from './vote/prefetch.js';
import { createReasons } from './vote/reasons.js';
import { createReveal, fillIn } from './vote/reveal.js';
import { createSession } from './vote/session.js';
import { createStage } from './vote/stage.js';
import { createClaims } from './vote/tabs.js';

start(document.querySelector('.vote'));

function start(root) {
  const form = document.getElementById('answer'), text = root.dataset;
  const message = root.querySelector('.strip-message'), status = root.querySelector('[role=status]');
  // `held` is the matchup whose vote can still be taken back; `step` counts what was put on screen, so that a pair that
  // arrives late replaces nothing.
  let failures = 0, held = null, step = 0, hasVoted = false, summary = null;

  const outbox = createOutbox(form, { onSend, onReply, onDropped, onAway });
  const claims = createClaims();
  const queue = createQueue(root, { shown: () => stage.current()?.dataset.matchup, unsent: outbox.ids, claims });
  const reveal = createReveal(root);
  const hold = createHold(root);
  const session = createSession(root);
  const reasons = createReasons(root, explain);
  const edits = createEdits(root);
  const stage = createStage(root, { onReady, onFailure });

  function say(visible, { spoken = visible, warning = false } = {}) {
    message.textContent = visible;
    message.classList.toggle('is-warning', warning);
    status.textContent = spoken;
  }

  function answer(outcome) {
    const matchup = stage.take();
    if (!matchup) return;
    const entry = { id: matchup.dataset.matchup, url: matchup.dataset.answer, answer: outcome, dwell: Date.now() - matchup.seenAt };
    if (outcome === 'skip') {
      say(text.msgSkipped);
      outbox.put(entry);
      advance();
    } else cast(matchup, entry);
  }

  // Only the latest vote is held: an earlier one goes now.
  function cast(matchup, entry) {
    const time = hold.time(), choice = text[`msgChoice_${entry.answer}`], key = areLettersOn() ? 'U' : text.msgBackspace;
    outbox.release();
    session.add(entry.id, matchup.querySelector('.criterion b').textContent);
    hasVoted = true;
    reveal.open(entry.answer);
    if (time) {
      held = matchup;
      hold.start(time);
      reasons.offer(matchup);
      root.classList.add('has-held');
      say(fillIn(text.msgVoted, { choice }), { spoken: fillIn(text.msgVotedUndo, { choice, key }) });
    }
    outbox.put(entry, time);
  }

  // A reason restarts the time, so that there is time for another one.
  function explain(chosen) {
    const time = hold.time();
    if (held && outbox.amend(held.dataset.matchup, { reason: chosen }, time)) hold.start(time);
  }

  async function report() {
    // Whoever reports the pair does not vote on it.
    if (root.dataset.state === 'held') undo();
    if (root.dataset.state !== 'ready') return;
    const { askWhatIsWrong } = await import('./vote/report.js');
    const matchup = stage.current(), fields = await askWhatIsWrong();
    if (!fields || stage.current() !== matchup || !stage.take()) return;
    say(text.msgReported);
    outbox.put({ id: matchup.dataset.matchup, url: matchup.dataset.answer, answer: 'report', fields });
    advance();
  }

  function letGo() {
    held = null;
    hold.stop();
    root.classList.remove('has-held');
  }

  function undo() {
    if (!held || !outbox.withdraw(held.dataset.matchup)) {
      if (hasVoted) say(text.msgStands);
      return hasVoted;
    }
    const matchup = held, other = stage.current();
    step++;
    letGo();
    session.remove(matchup.dataset.matchup);
    summary = null;
    reveal.close();
    say(text.msgTakenBack);
    if (other === matchup) stage.reopen();
    else {
      if (other.dataset.matchup) queue.putBack(other);
      stage.show(matchup);
    }
    return true;
  }

  async function advance() {
    const now = ++step;
    reveal.close();
    stage.lock();
    let matchup = queue.take();
    if (!matchup) {
      await queue.fill();
      // While answers wait to be sent, the server counts their pairs as open: once they are sent, it is certain whether one is left.
      if (now === step && queue.isDry() && !queue.exhausted()) {
        outbox.release();
        await outbox.flush();
        await queue.fill();
      }
      if (now !== step) return;
      matchup = queue.take();
    }
    if (matchup) stage.show(matchup);
    else if (!queue.exhausted() || queue.waitsForTabs() || !await finish()) {
      const pause = queue.pause(), waiting = pause ? fillIn(text.msgPause, { n: pause }) : text.msgWaiting;
      say(queue.waitsForTabs() ? text.msgElsewhere : waiting, { warning: true });
      setTimeout(() => { if (now === step) advance(); }, 1500);
    }
  }

  // The page itself, loaded anew, says what is left where nothing is dealt. Returns whether there was something to show.
  async function finish() {
    const now = step, response = await fetch(location.href).catch(() => null);
    if (!response?.ok) return false;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html'), matchup = page.querySelector('.matchup');
    if (now !== step) return true;
    if (outbox.ids().includes(matchup?.dataset.matchup)) return false;
    if (message.classList.contains('is-warning')) say('');
    if (!matchup) stage.finish(document.adoptNode(page.querySelector('.empty')));
    else if (await claims.claim(matchup.dataset.matchup)) stage.show(document.adoptNode(matchup));
    else return false;
    return true;
  }

  function next() {
    if (!reveal.isOpen()) return false;
    say('');
    hold.hideBar();
    // "Until the next pair" ends here.
    if (hold.endsWithNext()) outbox.release();
    if (session.isOver() && !summary) sumUp();
    else {
      summary = null;
      advance();
    }
    return true;
  }

  function sumUp() {
    step++;
    summary = document.getElementById('summary').content.firstElementChild.cloneNode(true);
    session.describe(summary);
    stage.interrupt(summary);
    reveal.open('');
    say('', { spoken: summary.textContent });
  }

  async function open(name, side) {
    if (name === 'help') return document.getElementById('keys').showModal();
    if (name === 'report') return report();
    if (!['ready', 'held', 'reveal'].includes(root.dataset.state)) return;
    const { zoom } = await import('./vote/zoom.js');
    zoom(stage.current(), side);
  }

  // Whoever goes to read leaves for the board of what they judge.
  function onReady(matchup) {
    failures = 0;
    matchup.seenAt ??= Date.now();
    document.querySelector('[data-leaderboard]').href = matchup.dataset.board;
    queue.fill();
  }

  // A picture that can't be seen can't be judged, so the pair is skipped, never voted on.
  function onFailure(matchup) {
    const now = step;
    say(text.msgBroken, { warning: true });
    outbox.put({ id: matchup.dataset.matchup, url: matchup.dataset.answer, answer: 'skip' });
    setTimeout(() => { if (now === step) advance(); }, Math.min(1000 * 2 ** failures++, 30_000) - 1000);
  }

  const isShown = entry => reveal.isOpen() && stage.current()?.dataset.matchup === entry.id;

  function onSend(entry) {
    if (entry.id === held?.dataset.matchup) letGo();
    if (isShown(entry) && stage.settle()) say(text.msgSaved, { spoken: '' });
  }

  function onReply(entry, reply) {
    claims.release(entry.id);
    if (!reply.left && !reply.control) return;
    session.compare(entry.id, reply);
    if (summary) session.describe(summary);
    if (isShown(entry)) {
      const [visible, spoken] = reveal.fill(reply);
      say(visible, { spoken });
    } else say(reply.left ? fillIn(text.msgSent, { left: reply.left.name, right: reply.right.name }) : reveal.explain(reply));
  }

  function onDropped(entry, reason) {
    if (entry.answer !== 'skip') say(reason || text.msgDropped, { warning: true });
    // Its names will not come, for example because an image of the pair was hidden after reports.
    if (isShown(entry)) advance();
  }

  // `pause`: for how many seconds the server takes no more; 0 if it did not say.
  function onAway(pause) { say(pause ? fillIn(text.msgPause, { n: pause }) : text.msgAway, { warning: true }); }

  form.addEventListener('submit', event => { event.preventDefault(); if (event.submitter) answer(event.submitter.value); });
  root.querySelector('.next').addEventListener('click', next);
  for (const button of root.querySelectorAll('.undo')) button.addEventListener('click', undo);
  root.querySelector('.stage').addEventListener('click', event => {
    const side = event.target.closest('.side');
    if (!event.target.closest('.mat') || edits.endsLook(event)) return;
    open('zoom', side ? [...side.parentElement.children].indexOf(side) : 0);
  });
  for (const button of root.querySelectorAll('[data-opens]')) {
    button.hidden = false;
    button.addEventListener('click', () => open(button.dataset.opens));
  }
  listenToKeys(action => {
    if (action === 'next') return next();
    if (action === 'undo') return undo();
    if (action.startsWith('why-')) return root.dataset.state === 'held' && reasons.toggle(action.slice(4));
    if (action === 'blink') return edits.blink();
    if (action === 'mask') return edits.toggleMask();
    if (['help', 'zoom', 'report'].includes(action)) open(action); else answer(action);
    return true;
  });

  // The page's own matchup may be answered already, if it was reloaded before the answer was sent, or be in another tab.
  // If there is nothing else than what is in another tab, both show it: the server counts the first answer.
  async function begin(first) {
    stage.lock();
    const isOurs = await claims.claim(first.dataset.matchup);
    if (outbox.ids().includes(first.dataset.matchup)) return advance();
    if (!isOurs) await queue.fill();
    stage.show(isOurs ? first : queue.take() ?? first);
  }

  outbox.flush();
  begin(stage.current());
}
