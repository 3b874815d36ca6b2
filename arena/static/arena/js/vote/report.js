// The report dialog. It resolves with the form fields of the report (name → list of values), or null if it was cancelled.
export function askWhatIsWrong() {
  const dialog = document.getElementById('report'), form = dialog.querySelector('form');
  form.reset();
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      const said = [...new FormData(form)].map(([name, value]) => [name, [value]]);
      resolve(dialog.returnValue === 'report' ? Object.fromEntries(said) : null);
    }, { once: true });
  });
}
