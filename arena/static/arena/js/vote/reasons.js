// Reasons for the vote that is held: one chip for each that the matchup's category offers, in the category's order.
const isPressed = chip => chip.getAttribute('aria-pressed') === 'true';

export function createReasons(root, onChange) {
  const panel = root.querySelector('.why');
  const chips = new Map([...panel.querySelectorAll('button')].map(chip => [chip.value, chip]));
  function toggle(code) {
    const chip = chips.get(code);
    if (!chip || chip.hidden) return false;
    chip.setAttribute('aria-pressed', !isPressed(chip));
    onChange([...chips.keys()].filter(each => isPressed(chips.get(each))));
    return true;
  }

  panel.addEventListener('click', event => {
    const chip = event.target.closest('button');
    if (chip) toggle(chip.value);
  });

  return {
    toggle,
    // Shows the matchup's reasons, none of them chosen.
    offer(matchup) {
      const offered = matchup.dataset.reasons.split(' ').filter(code => chips.has(code));
      for (const chip of chips.values()) {
        chip.hidden = !offered.includes(chip.value);
        chip.setAttribute('aria-pressed', 'false');
      }
      panel.hidden = !offered.length;
      panel.append(...offered.map(code => chips.get(code)));
    },
  };
}
