import { type ColouredMap, digitsText, KIND_COLOURS, RAMP } from 'quests/explore';

type Colour = readonly [number, number, number];

const css = (colour: Colour): string => `rgb(${colour.join(' ')})`;

/** What the colours mean, in words beside them. */
export function colourScale({ range, names }: Pick<ColouredMap, 'range' | 'names'>): (Node | string)[] {
  if (range !== null) {
    const ramp = swatch(`linear-gradient(to right, ${RAMP.map(css).join(', ')})`, 'ramp');
    return [`${digitsText(range[0], 3)} or less `, ramp, ` ${digitsText(range[1], 3)} or more`];
  }
  return names.flatMap((name, at) => {
    const kind = KIND_COLOURS[at % KIND_COLOURS.length];
    return kind === undefined ? [] : [swatch(css(kind.rgb), 'kind'), ` ${name} (${kind.name}) `];
  });
}

function swatch(background: string, name: string): HTMLElement {
  const drawn = document.createElement('span');
  drawn.className = `swatch ${name}`;
  drawn.style.background = background;
  return drawn;
}
