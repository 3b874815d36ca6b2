// The key / leads to the search field. Like the letters of the voting screen, it can be switched off there (WCAG 2.1.4).
import { areLettersOn, isBusy } from './vote/keys.js';

const field = document.querySelector('[data-site-search]');

addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || isBusy(event.target) || !areLettersOn()) return;
  event.preventDefault();
  // Where the head has no room for the field, it is on a page of its own.
  if (field.checkVisibility()) field.select();
  else field.form.requestSubmit();
});
