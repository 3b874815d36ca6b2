// The matchup on screen. It is hidden and locked until both images, and an edit's sources, are decoded.
const PATIENCE = 30_000;

// A pair without the outline of its mask can be judged, so nothing waits for that.
export function decoded(matchup) {
  const late = new Promise((_, reject) => { setTimeout(reject, PATIENCE); });
  const images = [...matchup.querySelectorAll('img:not(.outline)')].map(image => image.decode().catch(problem => {
    // decode() also fails when the browser switches to another width of the same image.
    if (!image.complete || !image.naturalWidth) throw problem;
  }));
  return Promise.race([Promise.all(images), late]);
}

export function createStage(root, { onReady, onFailure }) {
  const stage = root.querySelector('.stage'), form = root.querySelector('form.choices');
  const buttons = [...form.elements].filter(element => element.name === 'answer');
  let lastPressed = null;

  function setState(state) {
    root.dataset.state = state;
    for (const button of buttons) button.disabled = state !== 'ready';
  }

  async function show(matchup) {
    setState('loading');
    delete root.dataset.choice;
    if (stage.firstElementChild !== matchup) stage.replaceChildren(matchup);
    form.action = matchup.dataset.answer;
    const prompt = matchup.querySelector('.prompt');
    if (prompt.scrollHeight > prompt.clientHeight + 2) {
      prompt.tabIndex = 0;
      prompt.classList.add('is-cut');
    }
    try {
      await decoded(matchup);
    } catch {
      if (matchup.isConnected) onFailure(matchup);
      return;
    }
    if (!matchup.isConnected) return;
    setState('ready');
    if (lastPressed && document.activeElement === document.body) lastPressed.focus({ preventScroll: true });
    onReady(matchup);
  }

  return {
    show,
    current: () => stage.firstElementChild,
    lock: () => setState('loading'),
    // After an answer was taken back: the same pair may be answered again.
    reopen() {
      delete root.dataset.choice;
      setState('ready');
      lastPressed?.focus({ preventScroll: true });
    },
    // From now on the answer can't be taken back; returns whether it could until now.
    settle() {
      const wasHeld = root.dataset.state === 'held';
      if (wasHeld) setState('reveal');
      return wasHeld;
    },
    // Shows something else than a pair, for a while.
    interrupt(summary) {
      setState('summary');
      delete root.dataset.choice;
      stage.replaceChildren(summary);
    },
    // Nothing is left: this panel takes the place of everything but the line below.
    finish(panel) {
      setState('done');
      root.replaceChildren(panel, root.querySelector('.strip'), root.querySelector(':scope > [role=status]'));
      root.querySelector('h1').focus();
    },
    // Click, key and touch all go through this guard. It returns the matchup if it may be answered now, and only once.
    take() {
      if (root.dataset.state !== 'ready') return null;
      lastPressed = buttons.includes(document.activeElement) ? document.activeElement : null;
      setState('held');
      return stage.firstElementChild;
    },
  };
}
