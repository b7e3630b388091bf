import { EnvironmentMap } from '../explore/environment-map.js';
import type { Exploration } from '../explore/exploration.js';
import { frameEntropies, MOST_PASSES } from '../explore/frame-entropies.js';
import type { RunOptions } from '../run/run-options.js';
import { dataUrl } from './data-url.js';
import { explorationFigures, frameEntropiesFigure, type NamedFigure } from './exploration-figures.js';
import { breakable, html, Html } from './html.js';
import { mapSection } from './map-section.js';
import { novelSection } from './novel-section.js';
import { pictureOf } from './picture.js';
import { scrollBox } from './scroll-box.js';
import { settingsRecord } from './settings-record.js';
import { STYLE } from './style.js';
import { cautionText } from './wording/caution.js';
import { headlineTexts } from './wording/headlines.js';
import { nextStepText } from './wording/next-step.js';
import { verdictText } from './wording/verdict.js';

/** Nothing runs in a report, and it loads nothing. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One HTML file that says all that was found of one set or two: the verdict, the numbers with what
 * they mean, pictures, a map of environments, the most novel frames, and how it was computed. It
 * needs no other file, loads nothing and has no scripts; it can be read on a screen, light or dark,
 * and printed. Its size does not grow with the number of environments.
 *
 * @param made what is known of how the exploration was made, besides its settings: files, versions,
 *   by name
 * @param options of what is still computed: the entropy of each frame. A stored set that is larger
 *   than memory must still be open
 *
 * @example
 * const html = await reportHtml(exploration, { files: 'train.xyz' });
 * await writeOutput('report.html', [html]);
 */
export async function reportHtml(
  exploration: Exploration,
  made: Readonly<Record<string, string>> = {},
  options: RunOptions = {},
): Promise<string> {
  const { findings, sets } = exploration;
  const last = sets.at(-1);
  if (last === undefined) throw new RangeError('nothing was explored');
  const { title, why } = verdictText(findings);
  const names = sets.map(({ name }) => name).join(' and ');
  const map = await EnvironmentMap.of(sets);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${STYLE_HTML}
        </style>
      </head>
      <body>
        <main>
          <h1>${breakable(title)}</h1>
          <p>${breakable(why)}</p>
          <p><strong>Next step:</strong> ${breakable(nextStepText(findings))}</p>
          ${cautionList(exploration)}
          <section>
            <h2>Numbers</h2>
            ${scrollBox('Numbers', numbersTable(exploration))}
          </section>
          <section>
            <h2>Figures</h2>
            ${await plots(exploration, options)}
          </section>
          ${await mapSection(map, sets)}
          ${await novelSection(last, sets.length === 1, findings.settings.epsilon)}
        </main>
        <footer>
          <h2>How this was computed</h2>
          ${madeTable(exploration, made)}
          <p>
            Report of ${breakable(names)} by quests. Method: D. Schwalbe-Koda, S. Hamel, B. Sadigh, F. Zhou,
            V. Lordi, Nat. Commun. 16, 4014 (2025).
          </p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

const STYLE_HTML = new Html(STYLE);

const WITHOUT_FRAME_ENTROPIES =
  `The entropy of each frame is left out: the set is larger than memory, of which too little is there ` +
  `to compute it in ${MOST_PASSES} passes over the file.`;

function numbersTable({ findings }: Exploration): Html {
  // Where there is no room for a head.
  const names = findings.sets.length > 1 ? findings.sets.map(({ name }) => name) : [];
  const rows = headlineTexts(findings).map(
    ({ name, values, meaning, isWarning }) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${values.map((value, at) => html`<td class="value" data-set="${names[at] ?? ''}">${value}</td>`)}
        <td class="${isWarning ? 'warning' : ''}">${meaning}</td>
      </tr>`,
  );
  return html`<table class="numbers">
    <thead>
      <tr>
        <th scope="col">quantity</th>
        ${findings.sets.map(({ name }) => html`<th scope="col">${breakable(name)}</th>`)}
        <th scope="col">meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

async function plots(exploration: Exploration, options: RunOptions): Promise<Html> {
  const all: NamedFigure[] = [];
  let leftOut = html``;
  for (const figure of explorationFigures(exploration)) {
    all.push(figure);
    if (figure.id !== 'frames') continue;
    const entropies = await frameEntropies(exploration, options);
    if (entropies !== null) all.push(frameEntropiesFigure(exploration, entropies));
    else leftOut = html`<p>${WITHOUT_FRAME_ENTROPIES}</p>`;
  }
  const figures: Html[] = [];
  for (const figure of all) {
    const { title, note, svg, dark } = await pictureOf(figure);
    figures.push(
      html`<figure>
        <picture>
          <source
            media="screen and (prefers-color-scheme: dark)"
            srcset="${dataUrl('image/svg+xml', dark)}"
          />
          <img class="plot" src="${dataUrl('image/svg+xml', svg)}" width="720" height="440" alt="${title}" />
        </picture>
        <figcaption>${breakable(title)}${note === '' ? '' : `. ${note}`}</figcaption>
      </figure>`,
    );
  }
  return html`<div class="figures">${figures}</div>
    ${leftOut}`;
}

function madeTable(exploration: Exploration, made: Readonly<Record<string, string>>): Html {
  const { suggestion } = exploration.findings;
  const lines: Record<string, string> = {
    ...made,
    ...settingsRecord(exploration),
    ...(suggestion === null
      ? {}
      : { 'bandwidth suggested by the volume per atom of the first frame (1/Å)': suggestion.toFixed(4) }),
  };
  const rows = Object.entries(lines).map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${breakable(value)}</td>
      </tr>`,
  );
  return html`<table>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** What is to be known before the numbers are read; nothing where there is nothing. */
function cautionList({ findings }: Exploration): Html {
  if (findings.cautions.length === 0) return html``;
  const items = findings.cautions.map((caution) => html`<li>Note: ${breakable(cautionText(caution))}</li>`);
  return html`<ul class="warning">
    ${items}
  </ul>`;
}
