import { element } from './element.js';

/** Light, dark, or what the system has. */
type Theme = 'light' | 'dark' | 'system';

const KEY = 'quests theme';
const system = matchMedia('(prefers-color-scheme: dark)');
/** Where the system has colours of its own, nothing else is chosen. */
const forced = matchMedia('(forced-colors: active)');
let changes: { readonly change: () => void; readonly isOver: () => boolean }[] = [];
let theme: Theme = 'system';

/** Whether the page is dark. */
export function isDark(): boolean {
  return theme === 'system' || forced.matches ? system.matches : theme === 'dark';
}

/** Calls what is to be done when the page becomes dark or light, until that is over. */
export function onTheme(change: () => void, isOver: () => boolean = () => false): void {
  changes.push({ change, isOver });
}

/** Lets the button of the page switch between light and dark. The browser keeps what was chosen. */
export function listenForTheme(): void {
  take(kept());
  for (const query of [system, forced]) {
    query.addEventListener('change', () => {
      take(theme);
      announce();
    });
  }
  element('theme').addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    // As the system has it: the page then follows that again.
    take((next === 'dark') === system.matches ? 'system' : next);
    announce();
    keep();
  });
}

function take(next: Theme): void {
  theme = next;
  document.documentElement.dataset.theme = theme;
  element('theme').textContent = isDark() ? 'Light' : 'Dark';
}

function announce(): void {
  changes = changes.filter(({ isOver }) => !isOver());
  for (const { change } of changes) change();
}

/** Pages in frames and files may have nowhere to keep it. */
function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

function keep(): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this visit.
  }
}
