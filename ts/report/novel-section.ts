import { type ExploredSet, knownOf } from '../explore/exploration.js';
import type { DescriptorMatrix, FramedRows } from '../model/descriptor-matrix.js';
import { type NovelStructure, novelStructures } from '../coverage/novelty.js';
import type { InfoValue } from '../model/structure.js';
import { html, type Html } from './html.js';
import { scrollBox } from './scroll-box.js';
import { countText, decimalText, plainText } from './wording/numbers.js';

/** Frames that are listed. */
const LISTED = 20;

/** Values of a frame that are shown, and characters of them. */
const MOST_INFO = 4;
const MOST_CHARACTERS = 80;

/**
 * The frames that are most novel relative to the first set, or, of a set alone, those with its
 * rarest environments.
 *
 * @param set the last one
 * @param epsilon ε: environments with δH of at least that are new, in nats
 */
export function novelSection(set: ExploredSet, isAlone: boolean, epsilon: number): Html {
  const { x, name, known } = set;
  const { known: framed, dH, counted } = knownRows(set);
  const novel = novelStructures(framed, dH, { epsilon: isAlone ? -Infinity : epsilon, counted });
  const title = isAlone ? 'Frames with the rarest environments' : `Most novel frames of ${name}`;
  if (novel.length === 0) {
    return html`<section>
      <h2>${title}</h2>
      <p>No frame has an environment with δH ≥ ${plainText(epsilon)}.</p>
    </section>`;
  }
  const listed = novel.slice(0, LISTED);
  const which = isAlone ? 'frames' : `frames with novel environments (δH ≥ ${plainText(epsilon)})`;
  const all = listed.length < novel.length ? `, first ${LISTED} of ${countText(novel.length)} ${which}` : '';
  const sample =
    known === null ? '' : `From ${countText(known.length)} sampled of ${countText(x.rows)} environments.`;
  const said = listed.map(({ frame }) => infoOf(set, frame));
  const hasInfo = said.some((text) => text !== '');
  const rows = listed.map((structure, at) => row(set, structure, isAlone, hasInfo ? (said[at] ?? '') : null));
  return html`<section>
    <h2>${title}</h2>
    <p>Sorted by largest δH${all}. ${sample}</p>
    ${scrollBox(
      title,
      html`<table>
        <thead>
          <tr>
            <th scope="col">frame</th>
            <th scope="col">environments${known === null ? '' : ' sampled'}</th>
            ${isAlone ? '' : html`<th scope="col">novel</th>`}
            <th scope="col">mean δH (nats)</th>
            <th scope="col">largest δH (nats)</th>
            <th scope="col">atom</th>
            ${hasInfo ? html`<th scope="col">metadata</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
    )}
  </section>`;
}

/** Environments whose δH is known, by frame. */
function knownRows({ x, dH, counted, known }: ExploredSet): Pick<ExploredSet, 'dH' | 'counted'> & {
  readonly known: FramedRows;
} {
  if (known === null) return { known: x, dH, counted };
  let at = 0;
  const frameOffsets = x.frameOffsets.map((first) => {
    while (at < known.length && (known[at] as number) < first) at += 1;
    return at;
  });
  const { frames, sources } = x;
  const rows = { rows: known.length, frames, frameOffsets, sources };
  return { known: rows, dH: knownOf(dH), counted: knownOf(counted) };
}

function row(
  { name, x, dH, structures }: ExploredSet,
  { frame, source, environments, uncovered, mean, max }: NovelStructure,
  isAlone: boolean,
  info: string | null,
): Html {
  const place = isOneFile(x) ? '' : `${source?.file ?? name}, `;
  const atom = dH.subarray(x.frameOffsets[frame], x.frameOffsets[frame + 1]).indexOf(max);
  const element = structures[frame]?.species?.[atom] ?? '';
  return html`<tr>
    <th scope="row">${place}frame ${source?.frame ?? frame}</th>
    <td class="value">${countText(environments)}</td>
    ${isAlone ? '' : html`<td class="value">${countText(uncovered)}</td>`}
    <td class="value">${decimalText(mean, 2)}</td>
    <td class="value">${decimalText(max, 2)}</td>
    <td class="value">${atom} ${element}</td>
    ${info === null ? '' : html`<td>${info}</td>`}
  </tr>`;
}

function isOneFile({ sources }: DescriptorMatrix): boolean {
  return new Set(sources?.map((source) => source?.file)).size < 2;
}

/** The first values that the file has for a frame. */
function infoOf({ structures }: ExploredSet, frame: number): string {
  const info: readonly (readonly [string, InfoValue])[] = Object.entries(structures[frame]?.info ?? {});
  const text = info
    .filter(([, value]) => typeof value !== 'object')
    .slice(0, MOST_INFO)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
