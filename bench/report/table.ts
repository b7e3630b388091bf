/** A table in Markdown; the first column is text, the others are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const padded = (cell: string, at: number): string =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => padded(cell, at)).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A time, in the unit that suits it. */
export function time(seconds: number): string {
  if (!(seconds > 0)) return '–';
  return seconds < 1 ? `${digits(1000 * seconds)} ms` : `${digits(seconds)} s`;
}

/** A number with three digits. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = value.toPrecision(3);
  return text.includes('e') ? Math.round(value).toLocaleString('en') : text;
}

/** A rate, with its prefix. */
export function rate(perSecond: number, unit: string): string {
  const [scale, prefix] = perSecond >= 1e9 ? [1e9, 'G'] : perSecond >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${digits(perSecond / scale)} ${prefix}${unit === 'bytes' ? 'B' : ` ${unit}`}/s`;
}
