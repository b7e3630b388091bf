import { type Colour, type ColouredMap, KIND_COLOURS, rangeTexts } from 'quests/explore';

const css = (colour: Colour): string => `rgb(${colour.join(' ')})`;

/** What the colours mean. */
type Scale = Pick<ColouredMap, 'range' | 'names' | 'swatches'>;

/**
 * What the colours mean, in words beside them.
 *
 * @param least values nearer to 0 than this are written as 0
 * @param hidden numbers of the names whose points are left out
 * @param toggle called with the number of a name that is clicked
 */
export function colourScale(
  { range, names, swatches }: Scale,
  least = 0,
  hidden: readonly number[] = [],
  toggle: (kind: number) => void = () => undefined,
): (Node | string)[] {
  if (range !== null) {
    const [low, high] = rangeTexts(range, least);
    if (low === high) return [`${low} everywhere`];
    const ramp = swatch(`linear-gradient(to right, ${swatches.map(css).join(', ')})`, 'ramp');
    return [`${low} or less `, ramp, ` ${high} or more`];
  }
  return names.map((name, at) => {
    // Only the first colours have names.
    const called = KIND_COLOURS[at] === undefined ? '' : ` (${KIND_COLOURS[at].name})`;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'kind';
    button.setAttribute('aria-pressed', String(!hidden.includes(at)));
    button.title = `show or hide ${name}`;
    button.append(swatch(css(swatches[at] as Colour), 'kind'), ` ${name}${called}`);
    button.addEventListener('click', () => toggle(at));
    return button;
  });
}

function swatch(background: string, name: string): HTMLElement {
  const drawn = document.createElement('span');
  drawn.className = `swatch ${name}`;
  drawn.style.background = background;
  return drawn;
}
