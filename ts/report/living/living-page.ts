import { QuestsError } from '../../base/error.js';
import { base64 } from '../base64.js';
import { html, Html } from '../html.js';
import { gzipped } from './gzip.js';
import { linkedFiles, type PageContents } from './linked-files.js';

/** Where the script that starts the report, apps/web/src/living.ts, finds files and data. */
const FILES_ID = 'living-files';
const DATA_ID = 'living-data';

/** What the build tells of the page beside it. */
export const PAGE_LIST = 'files.json';

/** The script that starts a living report; the page's folder has it. */
const BOOT = 'living.js';

/** What a living report is made of. */
export interface LivingParts {
  readonly title: string;
  /** How it was made, by name. */
  readonly made: Readonly<Record<string, string>>;
  /** What `savedExploration` gives. */
  readonly saved: Uint8Array;
}

/**
 * The page as one HTML file that holds its own files and what was explored. Its policy lets it run
 * the script that the build made, and what that takes from the file itself, as blobs; it has no
 * network.
 *
 * @throws {QuestsError} INVALID_FILE where the files are not those of a built page
 */
export async function livingPage(page: PageContents, { title, made, saved }: LivingParts): Promise<string> {
  const { boot } = JSON.parse(textOf(page, PAGE_LIST)) as { readonly boot: string };
  const script = textOf(page, BOOT);
  const shell = textOf(page, 'index.html');
  const [, entry = ''] = found(shell, ENTRY);
  const [, style = ''] = found(shell, STYLE);
  const policy =
    `default-src 'none'; script-src '${boot}' blob: 'wasm-unsafe-eval'; worker-src blob:; ` +
    "connect-src blob:; img-src blob: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  const files = await packed(JSON.stringify({ entry, files: linkedFiles(page) }));
  const lines = Object.entries(made).map(([name, value]) => html`<li>${name}: ${value}</li>`);
  const parts: readonly (readonly [RegExp, string])[] = [
    [HOSTED, ''],
    [POLICY, html`<meta http-equiv="Content-Security-Policy" content="${policy}" />`.text],
    [/<title>[^]*?<\/title>/, html`<title>${title}</title>`.text],
    [ENTRY, ''],
    [STYLE, `<style>${textOf(page, style)}</style>`],
    [/<body class="folded">/, '<body class="living">'],
    [/<\/footer>/, html`<p>How this was made:</p><ul>${lines}</ul></footer>`.text],
    [
      /<\/body>/,
      html`<script type="application/gzip" id="${FILES_ID}">${new Html(files)}</script>
        <script type="application/gzip" id="${DATA_ID}">${new Html(base64(saved))}</script>
        <script type="module">${new Html(script)}</script>
        </body>`.text,
    ],
  ];
  return parts.reduce((text, [pattern, by]) => {
    found(text, pattern);
    return text.replaceAll(new RegExp(pattern, 'g'), () => by);
  }, shell);
}

/** What only the page on a host has. */
const HOSTED = /<!-- hosted -->[^]*?<!-- \/hosted -->/;
const POLICY = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/;
const ENTRY = /<script type="module"[^>]*\ssrc="\.\/([^"]+)"[^>]*><\/script>/;
const STYLE = /<link rel="stylesheet"[^>]*\shref="\.\/([^"]+)"[^>]*>/;

function found(text: string, pattern: RegExp): RegExpExecArray {
  const match = pattern.exec(text);
  if (match !== null) return match;
  throw new QuestsError('INVALID_FILE', `the page has nothing like ${pattern.source}: build it again`);
}

function textOf(page: PageContents, path: string): string {
  const content = page.get(path);
  if (content !== undefined) return new TextDecoder().decode(content);
  throw new QuestsError('INVALID_FILE', `the page has no ${path}: build it again`);
}

async function packed(text: string): Promise<string> {
  return base64(await gzipped(text));
}
