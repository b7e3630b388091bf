/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Words stand at the left, numbers at the right. Default: right. */
  readonly align?: 'left' | 'right';
}

/** Lines of a table: titles, then one line per row, columns two spaces apart. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const texts = columns.map(({ title, text }) => [title, ...rows.map(text)]);
  const widths = texts.map((column) => Math.max(...column.map((cell) => cell.length)));
  return Array.from({ length: rows.length + 1 }, (_, row) =>
    columns
      .map(({ align }, at) => {
        const cell = texts[at]?.[row] ?? '';
        const width = widths[at] ?? 0;
        return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
