import { type Format, FORMATS } from './formats.js';

const BEGIN = '<!-- made by `npm run docs` from the table of formats -->';
const END = '<!-- end of what is made -->';

const HEAD = ['`--format`', 'format', 'files', 'structures', 'descriptors', 'results', 'what is kept'];

/** The table of the documentation: for each format how it is told, what is read, what is written, what is kept. */
export function formatsTable(): string {
  const body = FORMATS.map((format) => [
    `\`${format.name}\``,
    format.title,
    filesOf(format),
    access(format.structures),
    access(format.matrix),
    access(format.table),
    [format.structures?.kept, format.matrix?.kept].filter((text) => text !== undefined).join('; '),
  ]);
  const rows = [HEAD, ...body].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`;
  const [head = '', ...others] = rows.map((row) => line(row));
  const rule = line(
    HEAD.map(() => '-'),
    '-',
  );
  return [head, rule, ...others].join('\n');
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

function filesOf({ extensions, names }: Format): string {
  const endings = extensions.map((extension) => `\`*${extension}\``);
  return [...endings, ...(names === undefined ? [] : [`\`/${names.source}/\``])].join(', ');
}

function access(holder: { readonly read?: unknown; readonly write?: unknown } | undefined): string {
  const ways: string[] = [];
  if (holder?.read !== undefined) ways.push('read');
  if (holder?.write !== undefined) ways.push('write');
  return ways.length === 0 ? '–' : ways.join(', ');
}
