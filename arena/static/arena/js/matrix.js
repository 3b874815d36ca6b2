// Pairs under the arrow keys: a matrix or a map is one stop of Tab, and Enter opens the pair. Without this, cells and names are links.
import { fillIn } from './vote/reveal.js';

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0] };
const within = (value, size) => Math.max(0, Math.min(size - 1, value));

// Where a key leads from a row and a column; nothing if the key has no meaning here.
// Arrows are physical: where columns run from right to left (`turn` is -1), the left one leads to the next column.
function step({ key, ctrlKey, altKey, metaKey }, [row, column], size, turn = 1) {
  if (altKey || metaKey) return null;
  if (key === 'Home') return [ctrlKey ? 0 : row, 0];
  if (key === 'End') return [ctrlKey ? size - 1 : row, size - 1];
  const move = !ctrlKey && MOVES[key];
  return move ? [within(row + move[0], size), within(column + turn * move[1], size)] : null;
}

// A cell's link, or the cell itself where there is nothing to open.
const target = cell => cell.firstElementChild ?? cell;

class MatrixGrid extends HTMLElement {
  connectedCallback() {
    this.cells = [...this.querySelectorAll('tbody tr')].map(row => [...row.querySelectorAll('td')]);
    this.querySelector('.matrix-scroll').tabIndex = -1;
    for (const cell of this.cells.flat()) target(cell).tabIndex = -1;
    this.enter([0, 1]);
    this.addEventListener('keydown', event => this.press(event));
    this.addEventListener('focusin', event => this.follow(event.target.closest('td')));
  }

  enter([row, column]) {
    if (this.at) target(this.cells[this.at[0]][this.at[1]]).tabIndex = -1;
    this.at = [row, column];
    const entered = target(this.cells[row][column]);
    entered.tabIndex = 0;
    return entered;
  }

  follow(cell) {
    const row = this.cells.findIndex(cells => cells.includes(cell));
    if (row >= 0) this.enter([row, this.cells[row].indexOf(cell)]);
  }

  press(event) {
    const turn = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const next = event.target.closest('td') && step(event, this.at, this.cells.length, turn);
    if (!next) return;
    event.preventDefault();
    this.enter(next).focus();
  }
}

class MatrixMap extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll('.map-rows li')];
    this.shares = this.rows.map(row => row.dataset.shares.split(','));
    this.plane = this.querySelector('.map-squares');
    this.cursor = this.querySelector('.map-cursor');
    this.square = Number(this.dataset.square);
    this.at = [0, 1];
    for (const row of this.rows) row.querySelector('a').tabIndex = -1;
    this.querySelector('.matrix-scroll').tabIndex = -1;
    Object.assign(this.plane, { tabIndex: 0, role: 'application' });
    this.plane.setAttribute('aria-labelledby', 'matrix-caption');
    this.plane.addEventListener('keydown', event => this.press(event));
    this.plane.addEventListener('focus', () => this.show(this.at));
    this.plane.addEventListener('pointermove', event => this.show(this.under(event)));
    this.plane.addEventListener('click', event => this.open(this.under(event)));
  }

  under({ clientX, clientY }) {
    const box = this.plane.getBoundingClientRect();
    return [clientY - box.top, clientX - box.left].map(length => within(Math.floor(length / this.square), this.rows.length));
  }

  show([row, column]) {
    this.at = [row, column];
    const { msg, msgNone } = this.dataset, share = this.shares[row][column];
    const [one, two] = this.at.map(place => this.rows[place].textContent.trim());
    this.cursor.setAttribute('x', column * this.square);
    this.cursor.setAttribute('y', row * this.square);
    this.cursor.setAttribute('visibility', 'visible');
    this.querySelector('[role=status]').textContent = row === column ? one : fillIn(share ? msg : msgNone, { one, two, share });
  }

  press(event) {
    if (event.key === 'Enter') this.open(this.at);
    const next = step(event, this.at, this.rows.length);
    if (!next) return;
    event.preventDefault();
    this.show(next);
    this.cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  open([row, column]) {
    if (row === column) return;
    const [one, two] = [row, column].map(place => encodeURIComponent(this.rows[place].dataset.slug));
    location.assign(`${this.dataset.base}&one=${one}&two=${two}#pair`);
  }
}

customElements.define('matrix-grid', MatrixGrid);
customElements.define('matrix-map', MatrixMap);
