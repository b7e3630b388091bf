import { type PointedAtom, type PointedEnvironment, pointedTexts } from 'quests/explore';

/** Edge of the small picture, and the room around its atoms, in pixels. */
const EDGE = 112;
const ROOM = 6;

/** The ring around the atom itself, seen on every colour of the scale. */
const MARK = '#e04a10';

/** Pixels from the point to the box. */
const ASIDE = 14;

/** How far the picture is turned, in radians: along an axis atoms hide each other. */
const TURN = 0.45;
const TILT = 0.3;

/** Balls are larger than in the structure, which has bonds between them. */
const SWELL = 1.35;

/** Atoms farther than the one in the middle are paler. */
const PALEST = 0.45;

/** What is said of the point that the pointer is at: a line for its atom, and what is around it. */
export class MapTip {
  readonly #box: HTMLElement;
  readonly #lines = document.createElement('div');
  readonly #canvas = document.createElement('canvas');

  constructor(box: HTMLElement) {
    this.#box = box;
    box.append(this.#canvas, this.#lines);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  /**
   * @param left where the point is in the chart, in pixels
   * @param colour what the map is coloured by, and the environment's value of it
   */
  show(
    pointed: PointedEnvironment,
    { left, top }: { readonly left: number; readonly top: number },
    colour: string,
    value: number | string | null,
  ): void {
    const lines = pointedTexts(pointed, colour, value).map((said) => {
      const line = document.createElement('div');
      line.textContent = said;
      return line;
    });
    this.#lines.replaceChildren(...lines);
    this.#canvas.hidden = pointed.atoms.length === 0;
    if (pointed.atoms.length > 0) drawAtoms(this.#canvas, pointed.atoms);
    this.#box.hidden = false;
    const room = this.#box.parentElement;
    if (room === null) return;
    const { offsetWidth, offsetHeight } = this.#box;
    const fits = left + ASIDE + offsetWidth <= room.clientWidth;
    const across = fits ? left + ASIDE : left - ASIDE - offsetWidth;
    const down = Math.min(top + ASIDE, room.clientHeight - offsetHeight);
    this.#box.style.left = `${Math.max(0, across)}px`;
    this.#box.style.top = `${Math.max(0, down)}px`;
  }
}

/** Balls from the farthest to the nearest; the atom itself has a ring. */
function drawAtoms(canvas: HTMLCanvasElement, atoms: readonly PointedAtom[]): void {
  const ratio = Math.min(3, devicePixelRatio);
  canvas.width = canvas.height = Math.round(EDGE * ratio);
  canvas.style.width = canvas.style.height = `${EDGE}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const placed = atoms.map(({ place, radius, colour }, at) => ({
    ...turned(place),
    radius: SWELL * radius,
    colour,
    isMiddle: at === 0,
  }));
  const reach = Math.max(...placed.map(({ x, y, radius }) => Math.hypot(x, y) + radius), 1);
  const scale = (EDGE / 2 - ROOM) / reach;
  const depth = Math.max(...placed.map(({ z }) => Math.abs(z)), 1);
  context.scale(ratio, ratio);
  context.translate(EDGE / 2, EDGE / 2);
  const ink = getComputedStyle(canvas).color;
  const circle = (x: number, y: number, radius: number): void => {
    context.beginPath();
    context.arc(scale * x, -scale * y, Math.max(2, scale * radius), 0, 2 * Math.PI);
  };
  for (const { x, y, z, radius, colour } of placed.sort((a, b) => a.z - b.z)) {
    context.globalAlpha = 1 - (1 - PALEST) * Math.max(0, -z / depth);
    circle(x, y, radius);
    context.fillStyle = `rgb(${colour.map(Math.round).join(' ')})`;
    context.fill();
    context.lineWidth = 0.75;
    context.strokeStyle = ink;
    context.stroke();
  }
  // The atom itself, where others lie in front of it, too.
  const middle = placed.find(({ isMiddle }) => isMiddle);
  if (middle === undefined) return;
  context.globalAlpha = 1;
  circle(0, 0, middle.radius);
  context.lineWidth = 2.5;
  context.strokeStyle = MARK;
  context.stroke();
}

function turned([x, y, z]: readonly [number, number, number]): { x: number; y: number; z: number } {
  const across = Math.cos(TURN) * x + Math.sin(TURN) * z;
  const deep = Math.cos(TURN) * z - Math.sin(TURN) * x;
  return {
    x: across,
    y: Math.cos(TILT) * y - Math.sin(TILT) * deep,
    z: Math.cos(TILT) * deep + Math.sin(TILT) * y,
  };
}
