// Long lists of check boxes: search in them, and choose all that is shown. Without this script the lists are just longer.

function filter(list, words) {
  for (const item of list.querySelectorAll('[data-item]')) {
    const text = item.dataset.item.toLowerCase();
    item.hidden = !words.every(word => text.includes(word));
  }
  for (const group of list.querySelectorAll('[data-group]')) {
    const found = group.querySelector('[data-item]:not([hidden])');
    group.hidden = !found;
    const details = group.querySelector('details');
    if (details) details.open = words.length > 0 && found !== null;
  }
}

function choose(list, chosen) {
  const shown = chosen ? '[data-item]:not([hidden]) input:not(:disabled)' : 'input[type=checkbox]:not(:disabled)';
  for (const box of list.querySelectorAll(shown)) {
    if (!chosen || !box.closest('[data-group]')?.hidden) box.checked = chosen;
  }
  // One change for all, so that the estimate is asked for once.
  list.dispatchEvent(new Event('change', { bubbles: true }));
}

for (const list of document.querySelectorAll('[data-list]')) {
  const tools = list.querySelector('[data-tools]'), find = list.querySelector('[data-find]');
  if (!tools) continue;
  tools.hidden = false;
  find.addEventListener('input', () => filter(list, find.value.toLowerCase().split(/\s+/).filter(Boolean)));
  // What is searched for is no choice: it changes no estimate, and Enter does not send the form.
  find.addEventListener('change', event => event.stopPropagation());
  find.addEventListener('keydown', event => { if (event.key === 'Enter') event.preventDefault(); });
  for (const button of tools.querySelectorAll('[data-choose]')) {
    button.addEventListener('click', () => choose(list, button.dataset.choose === 'all'));
  }
}
