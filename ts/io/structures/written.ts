import { QuestsError, errorAt } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';

/** Characters of text handed out at once, about. */
export const PIECE = 1 << 16;

/** Makes an error of what a format cannot hold. */
export type Refuse = (problem: string) => QuestsError;

/**
 * Text in pieces of some 64 kB.
 *
 * @param parts groups of texts, such as the lines of one frame after the other
 * @param end what follows each text
 */
export async function* inPieces(
  parts: Iterable<Iterable<string>> | AsyncIterable<Iterable<string>>,
  end = '',
): AsyncGenerator<string, void, undefined> {
  let piece = '';
  for await (const part of parts) {
    for (const text of part) {
      piece += text + end;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** The lines of one structure after the other, made from it and its number. */
export async function* eachFrame(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  lines: (structure: Structure, frame: number) => Iterable<string>,
): AsyncGenerator<Iterable<string>, void, undefined> {
  let frame = 0;
  for await (const structure of structures) yield lines(structure, frame++);
}

/**
 * The one structure there may be in a file without frames.
 *
 * @param title what people call the file
 * @param others formats that hold several structures, for the message
 * @throws {QuestsError} INVALID_ARGUMENT for a second structure, EMPTY for none
 */
export async function* onlyOne(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  title: string,
  others: string,
): AsyncGenerator<Structure, void, undefined> {
  let frames = 0;
  for await (const structure of structures) {
    if (frames++ > 0) {
      const problem =
        `${title} holds one structure; select one of several, as with FILE@-1, or write ` + others;
      throw new QuestsError('INVALID_ARGUMENT', problem);
    }
    yield structure;
  }
  if (frames === 0) throw new QuestsError('EMPTY', `no structure to write as ${title}`);
}

/**
 * Refuses coordinates that are not finite.
 *
 * @param where index of the frame, or what people call a file that holds one structure
 * @throws {QuestsError} INVALID_STRUCTURE
 */
export function checkFinite(positions: Float64Array, where: number | string): void {
  const unusual = positions.findIndex((value) => !Number.isFinite(value));
  if (unusual === -1) return;
  const atom = Math.floor(unusual / 3);
  if (typeof where === 'number') {
    throw errorAt('INVALID_STRUCTURE', { frame: where, atom }, 'the coordinates are not finite');
  }
  const problem = `the coordinates of atom ${atom} are not finite`;
  throw new QuestsError('INVALID_STRUCTURE', `${where}: ${problem}`, { atom, problem });
}

/** Text of a column whose fields are set apart by blanks; refuses what would not come back. */
export function textField(name: string, texts: readonly string[], refuse: Refuse): (index: number) => string {
  return (index) => {
    const text = String(texts[index]);
    if (text !== '' && !/[\u0000-\u0020]/.test(text)) return text;
    throw refuse(
      `${JSON.stringify(text)} cannot be written as a field of ${name}: it is empty or holds blanks`,
    );
  };
}
