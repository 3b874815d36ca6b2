// What a swap of the board would lose: whether its filters are open, and what a screen reader should say.

let isOpen = false;
let isFirst = true;

class BoardPanel extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    details.open = isOpen;
    details.addEventListener("toggle", () => {
      if (this.isConnected) isOpen = details.open;
    });
    if (!isFirst) document.getElementById("board-said").textContent = this.dataset.said;
    isFirst = false;
  }
}

customElements.define("board-panel", BoardPanel);
