// Light, dark or system colours. Loaded blocking in <head>, so that a page is never painted in the wrong colours first.
(() => {
  const KEY = 'easel.theme', order = ['auto', 'light', 'dark'], root = document.documentElement;
  const read = () => { try { return localStorage.getItem(KEY) || 'auto'; } catch { return 'auto'; } };
  const apply = theme => { if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme; };
  apply(read());
  addEventListener('storage', event => { if (event.key === KEY) apply(read()); });
  addEventListener('DOMContentLoaded', () => {
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      const name = () => { button.ariaLabel = button.title = button.getAttribute('data-label-' + read()); };
      name();
      button.addEventListener('click', () => {
        const next = order[(order.indexOf(read()) + 1) % order.length];
        try { localStorage.setItem(KEY, next); } catch { /* The choice then lasts only for this page. */ }
        apply(next);
        name();
      });
    }
  });
})();
