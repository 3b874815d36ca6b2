// Values kept in the browser's storage; if that is blocked, only for as long as this page is open.
const page = {};

export function recall(key, area = 'localStorage') {
  try { return window[area].getItem(key); } catch { return page[key]; }
}

export function keep(key, value, area = 'localStorage') {
  try { window[area].setItem(key, value); } catch { page[key] = value; }
}
