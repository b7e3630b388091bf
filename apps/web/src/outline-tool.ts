import { element } from './element.js';

/** What a pointer draws around what it selects; without either it moves the picture. */
const TOOLS = ['lasso', 'box'] as const;

const isOn = (tool: (typeof TOOLS)[number]): boolean => element(tool).getAttribute('aria-pressed') === 'true';

/** Whether a pointer that is dragged draws an outline, without the Shift key, too. */
export function isOutlining(): boolean {
  return TOOLS.some(isOn);
}

/** Whether an outline is a box; else it is a lasso. */
export function isBox(): boolean {
  return isOn('box');
}

/** Lets the two buttons choose: one of them, or none. */
export function listenForOutline(): void {
  for (const tool of TOOLS) {
    element(tool).addEventListener('click', () => {
      const next = !isOn(tool);
      for (const one of TOOLS) element(one).setAttribute('aria-pressed', String(next && one === tool));
    });
  }
}
