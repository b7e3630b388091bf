import { isLabelled, symbolOf } from '../base/species-mode.js';
import { environmentsOf, type ExploredSet, knownOf } from '../explore/exploration.js';
import type { FramedRows } from '../model/descriptor-matrix.js';
import { type NovelStructure, novelStructures } from '../coverage/novelty.js';
import { frameInfo } from '../explore/frame-info.js';
import { framePlaces, placeOf } from '../explore/frame-places.js';
import { infoTexts } from './frame-info.js';
import { breakable, html, type Html } from './html.js';
import { scrollBox } from './scroll-box.js';
import { shortNames } from './wording/file-names.js';
import { countText, decimalText, thresholdText } from './wording/numbers.js';

/** Frames that are listed. */
const LISTED = 20;

/**
 * The frames that are most novel relative to the first set, or, of a set alone, those with its
 * rarest environments.
 *
 * @param set the last one
 * @param epsilon ε: environments with δH of at least that are new, in nats
 */
export async function novelSection(set: ExploredSet, isAlone: boolean, epsilon: number): Promise<Html> {
  const { name, known } = set;
  const { known: framed, dH, counted } = knownRows(set);
  const novel = novelStructures(framed, dH, { epsilon: isAlone ? -Infinity : epsilon, counted });
  const title = isAlone ? 'Frames with the rarest environments' : `Most novel frames of ${name}`;
  if (novel.length === 0) {
    return html`<section>
      <h2>${breakable(title)}</h2>
      <p>No frame has an environment with δH ≥ ${thresholdText(epsilon)}.</p>
    </section>`;
  }
  const listed = novel.slice(0, LISTED);
  const which = isAlone ? 'frames' : `frames with novel environments (δH ≥ ${thresholdText(epsilon)})`;
  const all = listed.length < novel.length ? `, first ${LISTED} of ${countText(novel.length)} ${which}` : '';
  const sample =
    known === null
      ? ''
      : `From ${countText(known.length)} sampled of ${countText(environmentsOf(set))} environments.`;
  const frames = listed.map(({ frame }) => frame);
  const said = infoTexts(await frameInfo(set, frames));
  const hasInfo = said.some((text) => text !== '');
  const files = shortNames(framePlaces(set).files);
  const rows = listed.map((structure, at) =>
    row(set, structure, isAlone, files, hasInfo ? (said[at] ?? '') : null),
  );
  return html`<section>
    <h2>${breakable(title)}</h2>
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
  set: ExploredSet,
  { frame, environments, uncovered, mean, max }: NovelStructure,
  isAlone: boolean,
  files: ReadonlyMap<string, string>,
  info: string | null,
): Html {
  const { x, dH, structures, drawn } = set;
  const { file, frame: number } = placeOf(set, frame);
  const place = files.size < 2 ? '' : `${files.get(file) ?? file}, `;
  const first = x.frameOffsets[frame] as number;
  const at = dH.subarray(first, x.frameOffsets[frame + 1]).indexOf(max);
  const atom = drawn?.atoms[first + at] ?? at;
  const label = isLabelled(x.species) ? symbolOf(x.data[(first + at) * x.width] as number) : '';
  const element = structures[frame]?.species?.[atom] ?? label;
  return html`<tr>
    <th scope="row">${breakable(place)}frame ${number}</th>
    <td class="value">${countText(environments)}</td>
    ${isAlone ? '' : html`<td class="value">${countText(uncovered)}</td>`}
    <td class="value">${decimalText(mean, 2)}</td>
    <td class="value">${decimalText(max, 2)}</td>
    <td class="value">${atom} ${element}</td>
    ${info === null ? '' : html`<td>${info}</td>`}
  </tr>`;
}
