// Shows the names once the vote is cast.
export const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

export function createReveal(root) {
  const panel = root.querySelector('.result'), choices = root.querySelector('.choices'), bar = root.querySelector('.split');
  const text = root.dataset;

  function rank({ rank_low: low, rank_high: high }) {
    if (low === null) return text.msgUnranked;
    return fillIn(low === high ? text.msgRank : text.msgRanks, { low, high });
  }

  // Writes one side's label; returns the text to read out.
  function write(side, shown) {
    const [link, line] = panel.querySelector(`[data-side=${side}]`).children;
    link.textContent = shown?.name ?? '';
    if (!shown) { line.textContent = ''; link.removeAttribute('href'); return ''; }
    link.href = `${text.modelUrl}${shown.model}/`;
    line.textContent = `${shown.organization} · ${rank(shown)}`;
    return `${side === 'left' ? 'A' : 'B'}: ${shown.name}, ${shown.organization}, ${rank(shown)}.`;
  }

  function writeBoth(reply) { return `${write('left', reply?.left)} ${write('right', reply?.right)}`; }

  function describe(split) {
    const shares = { votes: split.votes };
    let x = 0;
    bar.setAttribute('viewBox', `0 0 ${split.votes} 1`);
    for (const part of bar.children) {
      const n = split[part.dataset.part];
      part.setAttribute('x', x);
      part.setAttribute('width', n);
      shares[part.dataset.part] = Math.round(100 * n / split.votes);
      x += n;
    }
    return fillIn(text.msgSplit, shares);
  }

  // What to say of a reply beside its names: that it was a control, or how others voted.
  function explain({ control, split }) {
    if (control) return text[`msgControl_${control}`];
    return split ? describe(split) : text.msgSaved;
  }

  function setOpen(open) {
    panel.hidden = !open;
    choices.hidden = open;
    bar.classList.remove('is-drawn');
    writeBoth();
  }

  return {
    explain,
    isOpen: () => !panel.hidden,
    open(answer) {
      root.dataset.choice = answer;
      setOpen(true);
      panel.querySelector('.next').focus({ preventScroll: true });
    },
    close() { setOpen(false); },
    // Shows the names; returns the text to write below them and the text to read out.
    fill(reply) {
      const spoken = writeBoth(reply);
      const note = explain(reply);
      bar.classList.toggle('is-drawn', !!reply.split);
      return [note, `${text.msgSaved} ${spoken} ${note === text.msgSaved ? '' : note}`];
    },
  };
}
