// Copies what a link or button names by `data-copy`: the text of a field, or without a value the link's own address.
// Without a clipboard, which only secure pages have, a link stays an ordinary link and buttons stay hidden.

const SHOWN_MILLISECONDS = 2000;

function offer() {
  for (const button of document.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  for (const link of document.querySelectorAll("a[data-copy-label]")) link.textContent = link.dataset.copyLabel;
}

async function copy(control) {
  const field = control.dataset.copy ? document.querySelector(control.dataset.copy) : null;
  await navigator.clipboard.writeText(field ? field.value : control.href);
  control.dataset.label ??= control.textContent;
  control.textContent = control.dataset.copied;
  setTimeout(() => { control.textContent = control.dataset.label; }, SHOWN_MILLISECONDS);
  const said = document.querySelector("[data-copy-said]");
  if (said) said.textContent = control.dataset.copied;
}

if (navigator.clipboard) {
  offer();
  document.addEventListener("htmx:afterSettle", offer);
  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-copy]");
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    copy(control).catch(() => { if (control.href) location.assign(control.href); });
  });
}
