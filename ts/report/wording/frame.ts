import type { DrawnFrame } from '../../explore/drawn-frame.js';
import type { Source } from '../../model/structure.js';
import { countOf, decimalText } from './numbers.js';

/** A frame in words: its atoms, its cell, and their δH. */
export function frameText(drawn: DrawnFrame): string {
  const { source, frame, dH, elements, cell, summary, relativeTo } = drawn;
  const place = source === null ? `frame ${frame}` : sourceText(source);
  const composition = elements.length === 0 ? '' : ` (${elementsText(elements)})`;
  const atoms = `${place}: ${countOf(dH.length, 'atom')}${composition}, ${cellText(cell)}`;
  if (summary === null) return `${atoms}; δH is not known of any atom.`;
  const { known, lowest, highest, mean } = summary;
  const some = known < dH.length ? ` of the ${countOf(known, 'sampled atom')}` : '';
  const [low, high, average] = [lowest, highest, mean].map((value) => decimalText(value, 2));
  const named = summary.atoms.map((atom) => `${atom} (${decimalText(dH[atom] as number, 2)})`);
  const relative = relativeTo === null ? '' : ` relative to ${relativeTo}`;
  return (
    `${atoms}; δH${some}${relative} from ${low} to ${high} nats, mean ${average}; ` +
    `highest at ${named.length === 1 ? 'atom' : 'atoms'} ${named.join(', ')}.`
  );
}

/** File and frame. */
export function sourceText({ file, frame }: Source): string {
  return file === '' ? `frame ${frame}` : `${file}, frame ${frame}`;
}

/** `3 Cu, 1 O`; types that have numbers for names as `type 1: 3`. */
function elementsText(elements: DrawnFrame['elements']): string {
  return elements
    .map(({ symbol, atoms }) => (/^\d+$/.test(symbol) ? `type ${symbol}: ${atoms}` : `${atoms} ${symbol}`))
    .join(', ');
}

function cellText(cell: DrawnFrame['cell']): string {
  if (cell === null) return 'no periodic cell';
  const edges = [0, 3, 6].map((row) => Math.hypot(cell[row] ?? 0, cell[row + 1] ?? 0, cell[row + 2] ?? 0));
  return `cell edges ${edges.map((edge) => edge.toFixed(2)).join(', ')} Å`;
}
