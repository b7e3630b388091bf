/**
 * What is done on a picture with a mouse, a pen, fingers or the wheel; all in pixels of the
 * element.
 */
export interface Gestures {
  readonly move: (across: number, down: number) => void;
  readonly zoom: (factor: number, left: number, top: number) => void;
  /** Whether a lasso is a box, from where it began to where the pointer is. */
  readonly isBox: () => boolean;
  /** Corners so far, x y of one after the other. */
  readonly lasso: (polygon: readonly number[], isDone: boolean) => void;
  readonly tap: (left: number, top: number) => void;
}

/** Pixels that a pointer may move while it taps. */
const STILL = 4;

/**
 * Watches an element: a mouse or two fingers move, two fingers and the wheel with Ctrl or ⌘ zoom, a
 * short touch taps. With the Shift key, or where `isLasso` says so, one pointer draws a lasso. One
 * finger that swipes up or down and the wheel alone are left to the page, which they scroll.
 */
export function watchGestures(target: HTMLElement, isLasso: () => boolean, gestures: Gestures): void {
  const pointers = new Map<number, { x: number; y: number }>();
  let way = 0;
  let lasso: number[] | undefined;

  target.addEventListener('pointerdown', (event) => {
    target.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (pointers.size === 1) {
      way = 0;
      lasso = event.shiftKey || isLasso() ? [event.offsetX, event.offsetY] : undefined;
    } else {
      way = Infinity;
      lasso = undefined;
    }
  });
  target.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const [across, down] = [event.offsetX - before.x, event.offsetY - before.y];
    way += Math.hypot(across, down);
    if (pointers.size === 1 && lasso !== undefined) {
      const [left = 0, top = 0] = lasso;
      const { offsetX: right, offsetY: bottom } = event;
      if (gestures.isBox()) lasso = [left, top, right, top, right, bottom, left, bottom];
      else lasso.push(right, bottom);
      gestures.lasso(lasso, false);
    } else if (pointers.size === 1) {
      if (way > STILL) gestures.move(across, down);
    } else {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
      const factor =
        Math.hypot(event.offsetX - other.x, event.offsetY - other.y) /
        Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      gestures.move(across / 2, down / 2);
      gestures.zoom(factor || 1, (event.offsetX + other.x) / 2, (event.offsetY + other.y) / 2);
    }
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  const ended = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size > 0) return;
    if (lasso !== undefined && lasso.length >= 6) gestures.lasso(lasso, true);
    else if (way <= STILL && event.type === 'pointerup') gestures.tap(event.offsetX, event.offsetY);
    lasso = undefined;
  };
  target.addEventListener('pointerup', ended);
  target.addEventListener('pointercancel', ended);
  target.addEventListener(
    'touchstart',
    (event) => {
      if (event.touches.length > 1 || isLasso()) event.preventDefault();
    },
    { passive: false },
  );
  target.addEventListener(
    'wheel',
    (event) => {
      // Pinching a touchpad comes as a wheel with Ctrl.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      gestures.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
    },
    { passive: false },
  );
}
