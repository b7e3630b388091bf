/** Puts text on the clipboard and says so beside the button. */
export function copyFrom(button: HTMLElement, text: () => string): void {
  const label = button.textContent;
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text()).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'This browser does not allow to copy'),
    );
  });
  button.addEventListener('blur', () => (button.textContent = label));
}
