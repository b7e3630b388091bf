import type { Format } from './format.js';
import { FORMATS } from './formats.js';

const BEGIN = '<!-- made by `npm run docs` from the table of formats -->';
const END = '<!-- end of what is made -->';

const HEAD = ['`--format`', 'files', 'structures', 'descriptors', 'results'];

/** Columns of a line of the documentation. */
const WIDTH = 100;

/**
 * What the documentation says of the formats: a table of how each is told and whether it is read or
 * written, then a list of what each keeps.
 */
export function formatsTable(): string {
  const body = FORMATS.map((format) => [
    `\`${format.name}\``,
    namesOf(format),
    access(ways(format.structures)),
    access(format.matrix),
    access(format.table),
  ]);
  const rows = [HEAD, ...body];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`;
  const [head = '', ...others] = rows.map((row) => line(row));
  const rule = line(
    HEAD.map(() => '-'),
    '-',
  );
  return [head, rule, ...others, '', ...FORMATS.map((format) => item(format))].join('\n');
}

/**
 * A page with the table in its place.
 *
 * @throws {Error} a page without the two marks
 */
export function withTable(page: string, table: string): string {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start === -1 || end < start) throw new Error(`the page lacks the marks ${BEGIN} and ${END}`);
  return `${page.slice(0, start)}${BEGIN}\n\n${table}\n\n${page.slice(end)}`;
}

/** An entry of the list, wrapped. */
function item({ name, title, names, structures, matrix }: Format): string {
  const named = names === undefined ? '' : `, also under names like \`/${names.source}/\``;
  const kept = [structures?.kept, matrix?.kept].filter((text) => text !== undefined).join('; ');
  const lines: string[] = [];
  let line = '-';
  for (const word of `\`${name}\`, ${title}${named}. Kept: ${kept}.`.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Endings of names, or what a folder has. */
function namesOf({ extensions, folder }: Format): string {
  if (folder !== undefined) return `folders with \`${folder.mark}\``;
  return extensions.map((extension) => `\`*${extension}\``).join(', ');
}

function ways(structures: Format['structures']): { read?: unknown; write?: unknown } | undefined {
  const { read, readRanges, readFolder, write, writeFolder } = structures ?? {};
  return structures && { read: read ?? readRanges ?? readFolder, write: write ?? writeFolder };
}

function access(holder: { readonly read?: unknown; readonly write?: unknown } | undefined): string {
  const found: string[] = [];
  if (holder?.read !== undefined) found.push('read');
  if (holder?.write !== undefined) found.push('write');
  return found.length === 0 ? '–' : found.join(', ');
}
