import { element } from './element.js';

/**
 * Folds data and settings away, where the window is so narrow that answers would be below them;
 * wider windows show both.
 */
export function fold(isFolded: boolean): void {
  document.body.classList.toggle('folded', isFolded);
  const button = element('unfold');
  button.hidden = false;
  button.ariaExpanded = String(!isFolded);
}

/** Shows both, where there is nothing that they are folded away for. */
export function unfold(): void {
  document.body.classList.remove('folded');
}

export function listenForFold(): void {
  element('unfold').addEventListener('click', () => fold(!document.body.classList.contains('folded')));
}
