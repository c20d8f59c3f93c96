// Before the page is drawn, so that it does not flash in the other theme. Without storage it is the system's.
(() => {
  const KEY = 'skywire-theme';
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const show = theme => {
    if (theme === 'light' || theme === 'dark') {
      root.dataset.theme = theme;
    } else {
      delete root.dataset.theme;
    }
  };
  show(stored());
  document.addEventListener('DOMContentLoaded', () => {
    const select = document.getElementById('theme');
    if (!select) {
      return;
    }
    select.value = root.dataset.theme ?? 'auto';
    select.addEventListener('change', () => {
      show(select.value);
      try {
        localStorage.setItem(KEY, select.value);
      } catch {
        // It holds until the page is left.
      }
      document.dispatchEvent(new Event('themechange'));
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
      document.dispatchEvent(new Event('themechange')));
  });
})();
