// Before the page is drawn, so that it does not flash in the other theme. Without storage it is the system's.
(() => {
  const KEY = 'skywire-theme';
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  let choice = 'auto';
  const choose = theme => {
    choice = theme === 'light' || theme === 'dark' ? theme : 'auto';
    root.dataset.theme = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice;
  };
  const change = theme => {
    choose(theme);
    document.dispatchEvent(new Event('themechange'));
  };
  choose(stored());
  dark.addEventListener('change', () => change(choice));
  document.addEventListener('DOMContentLoaded', () => {
    const select = document.getElementById('theme');
    if (!select) {
      return;
    }
    select.value = choice;
    select.addEventListener('change', () => {
      change(select.value);
      try {
        localStorage.setItem(KEY, select.value);
      } catch {
        // It holds until the page is left.
      }
    });
  });
})();
