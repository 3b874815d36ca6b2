// What a swap of the board would lose: whether its filters are open, and what a screen reader should say.
// And what was chosen before the scripts were there: it is asked for when they are.

let isOpen = false;
let isFirst = true;

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  return field.selectedIndex !== Math.max(0, options.findIndex(option => option.defaultSelected));
}

function catchUp(form) {
  // htmx listens once the document is there, and asks for the board; without it, the form does so itself.
  if ([...form.querySelectorAll(".board-choice, #q")].some(isChanged)) form.requestSubmit();
}

class BoardPanel extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    if (isFirst) {
      isOpen = details.open;
      addEventListener("DOMContentLoaded", () => catchUp(this.querySelector("form")), { once: true });
    }
    details.open = isOpen;
    details.addEventListener("toggle", () => {
      if (this.isConnected) isOpen = details.open;
    });
    if (!isFirst) document.getElementById("board-said").textContent = this.dataset.said;
    isFirst = false;
  }
}

customElements.define("board-panel", BoardPanel);
