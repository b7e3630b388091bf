const dark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark. */
export function isDark(): boolean {
  return dark.matches;
}

/** Calls what is to be done when the page becomes dark or light. */
export function onTheme(change: () => void): void {
  dark.addEventListener('change', change);
}
