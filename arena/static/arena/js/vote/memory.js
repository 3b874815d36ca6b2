// What the browser keeps for us; where it keeps nothing, what this page remembers.
const page = {};

export function recall(key, area = 'localStorage') {
  try { return window[area].getItem(key); } catch { return page[key]; }
}

export function keep(key, value, area = 'localStorage') {
  try { window[area].setItem(key, value); } catch { page[key] = value; }
}
