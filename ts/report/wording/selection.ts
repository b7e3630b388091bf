import type { SelectedEnvironments, SelectedFrame } from '../../explore/selection.js';
import { sourceText } from './frame.js';
import { countOf } from './numbers.js';

/** How much is selected. */
export function selectionText({ atoms, frames, listed }: SelectedEnvironments): string {
  const first = frames > listed.length ? ` (first ${listed.length} shown)` : '';
  return `${countOf(atoms, 'atom')} selected in ${countOf(frames, 'frame')}${first}`;
}

/** The selected atoms of one frame. */
export function selectedFrameText({ name, frame, source, atoms, count }: SelectedFrame): string {
  const place = sourceText(source ?? { file: name, frame });
  return `${place}: ${countOf(count, 'atom')}: ${atoms.join(' ')}${count > atoms.length ? ' …' : ''}`;
}
