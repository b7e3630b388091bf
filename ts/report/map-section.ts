import { type ColouredMap, type EnvironmentMap, wholeView } from '../explore/environment-map.js';
import { environmentsOf, type ExploredSet } from '../explore/exploration.js';
import { KIND_COLOURS } from '../explore/palette.js';
import { dataUrl } from './data-url.js';
import { breakable, html, type Html } from './html.js';
import { countText, LEAST_DELTA, rangeTexts } from './wording/numbers.js';

/** Pixels of a map: twice those that it is shown in, for paper. */
const WIDTH = 1200;
const HEIGHT = 800;

/** What maps of a report are coloured by, where there is such a thing. */
const COLOURS = ['δH', 'set', 'element'];

/** Maps of all environments, one for each colouring. */
export async function mapSection(map: EnvironmentMap, sets: readonly ExploredSet[]): Promise<Html> {
  const { encode } = await import('fast-png');
  const figures: Html[] = [];
  for (const colour of COLOURS) {
    const picture = map.picture(wholeView(map.bounds, WIDTH, HEIGHT), colour);
    // One set, or one element, would be a map of one colour.
    if (picture === undefined || (picture.range === null && picture.names.length < 2)) continue;
    const { width, height, data } = picture.image;
    const png = encode({ width, height, data: new Uint8Array(data.buffer), channels: 4 });
    figures.push(
      html`<figure class="map">
        <img
          src="${dataUrl('image/png', png)}"
          width="${WIDTH / 2}"
          height="${HEIGHT / 2}"
          alt="Map of environments, coloured by ${colour}"
        />
        <figcaption>
          Coloured by ${colour}: ${legendOf(picture)}${breakable(greyText(picture, sets))}
        </figcaption>
      </figure>`,
    );
  }
  return html`<section class="maps">
    <h2>Map of environments</h2>
    <p>
      Principal-component map: ${pointsText(sets)}. Where points overlap, the second set and the rarer element
      are on top; δH is their mean.
    </p>
    <div class="figures">${figures}</div>
  </section>`;
}

/** What a point is. */
function pointsText(sets: readonly ExploredSet[]): string {
  const drawn = sets.filter((set) => set.drawn !== undefined);
  if (drawn.length === 0) return 'one point per atom';
  const parts = drawn.map((set) => {
    const of = sets.length === 1 ? 'atoms' : `atoms of ${set.name}`;
    const why = set.isAsked === true ? 'only asked' : 'larger than memory';
    return `${countText(set.x.rows)} of ${countText(environmentsOf(set))} ${of}, a set ${why}`;
  });
  return `one point per atom, of ${parts.join(' and ')}`;
}

/** What is grey. */
function greyText({ range }: ColouredMap, sets: readonly ExploredSet[]): string {
  if (range === null) return '';
  const [first, second] = sets;
  const isSampled = sets.some(({ known, isAsked = false }) => known !== null && !isAsked);
  const grey = [
    ...(second === undefined ? [] : [`environments of ${first?.name ?? ''}`]),
    ...(isSampled ? ['not in the sample'] : []),
  ];
  return grey.length === 0 ? '' : `; grey: ${grey.join(', ')}`;
}

function legendOf({ range, names, swatches }: ColouredMap): Html {
  if (range !== null) {
    const [low, high] = rangeTexts(range, LEAST_DELTA);
    const colours = swatches.map(hex).join(', ');
    return html`<span class="scale"
      >${low} or less
      <span class="ramp" style="background: linear-gradient(to right, ${colours})"></span>
      ${high} or more, in nats</span
    >`;
  }
  const entries = names.map((name, at) => {
    // Only the first colours have names.
    const called = KIND_COLOURS[at] === undefined ? '' : ` (${KIND_COLOURS[at].name})`;
    return html`<span class="kind"
      ><span class="swatch" style="background: ${hex(swatches[at] ?? [])}"></span>
      ${breakable(name)}${called}</span
    >`;
  });
  return html`${entries}`;
}

function hex(rgb: readonly number[]): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
