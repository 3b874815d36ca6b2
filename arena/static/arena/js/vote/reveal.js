// The names, once the vote is cast.
const SVG = 'http://www.w3.org/2000/svg';
export const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

function make(tag, text, href) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (href) element.href = href;
  return element;
}

export function createReveal(root) {
  const panel = root.querySelector('.result'), choices = root.querySelector('.choices'), bar = root.querySelector('.split');
  const next = panel.querySelector('.next'), text = root.dataset;
  const placard = side => panel.querySelector(`[data-side=${side}]`);

  function rank({ rank_low: low, rank_high: high }) {
    if (low == null) return text.msgUnranked;
    return fillIn(low === high ? text.msgRank : text.msgRanks, { low, high });
  }

  function draw(split) {
    bar.setAttribute('viewBox', `0 0 ${split.votes} 1`);
    let x = 0;
    for (const [key, name] of [['left', 'left'], ['tie', 'tie'], ['both_bad', 'bad'], ['right', 'right']]) {
      const rect = document.createElementNS(SVG, 'rect');
      for (const [attribute, value] of Object.entries({ class: `split-${name}`, x, width: split[key], height: 1 })) rect.setAttribute(attribute, value);
      bar.append(rect);
      x += split[key];
    }
  }

  function describe(split) {
    const percent = key => Math.round(100 * split[key] / split.votes);
    return fillIn(text.msgSplit, { votes: split.votes, left: percent('left'), tie: percent('tie'), both_bad: percent('both_bad'), right: percent('right') });
  }

  return {
    isOpen: () => !panel.hidden,
    open(answer) {
      root.dataset.choice = answer;
      for (const side of ['left', 'right']) placard(side).replaceChildren();
      choices.hidden = true;
      panel.hidden = false;
      next.focus({ preventScroll: true });
    },
    wait() {
      for (const side of ['left', 'right']) placard(side).replaceChildren(make('span', text.msgLater));
    },
    close() { panel.hidden = true; choices.hidden = false; bar.replaceChildren(); },
    // Shows the names; gives back what to write below them and what to read out.
    fill(reply) {
      const spoken = ['left', 'right'].map(side => {
        const shown = reply[side];
        placard(side).replaceChildren(
          make('a', shown.name, `${text.modelUrl}${encodeURIComponent(shown.model)}/`), make('span', `${shown.organization} · ${rank(shown)}`),
        );
        return fillIn(text.msgBy, { side: side === 'left' ? 'A' : 'B', name: shown.name, organization: shown.organization, rank: rank(shown) });
      });
      if (reply.split) draw(reply.split);
      const note = reply.split ? describe(reply.split) : text.msgSaved;
      return [note, `${text.msgSaved} ${spoken.join(' ')} ${reply.split ? note : ''}`];
    },
  };
}
