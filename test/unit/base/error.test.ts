import { describe, expect, it } from 'vitest';
import { BadFramesError, errorAt, QuestsError, toQuestsError } from '../../../ts/base/error.js';

describe('toQuestsError', () => {
  it('takes the code from what a binding throws', () => {
    const thrown = new Error('EMPTY: there are no structures');
    const error = toQuestsError(thrown);
    expect(error).toMatchObject({ code: 'EMPTY', message: 'there are no structures', cause: thrown });
    expect(error.problem).toBe(error.message);
    expect(toQuestsError(error)).toBe(error);
  });

  it('finds a frame only where a message begins with one', () => {
    const error = toQuestsError(
      new Error('INVALID_ARGUMENT: radius of atom 3 is -1.0, in frame 2: expected more'),
    );
    expect(error).not.toBeInstanceOf(BadFramesError);
    expect(error.frame).toBeUndefined();
    expect(error.atom).toBeUndefined();
  });

  it('finds every bad frame, each on a line, and the atom that is at fault', () => {
    const lines = [
      'frame 2: z of atom 10 is inf, expected a finite number',
      'frame 3: atoms 4 and 6 are 1.00e-4 Å apart, expected at least 0.001 Å',
      'frame 5: atom 0 and a periodic image of it are 1.00e-4 Å apart, expected at least 0.001 Å',
      'frame 8: it has no atoms',
    ];
    const error = toQuestsError(new Error(`INVALID_STRUCTURE: ${lines.join('\n')}`));
    expect(error).toMatchObject({ message: lines[0], frame: 2, atom: 10 });
    if (!(error instanceof BadFramesError)) throw error;
    const { frames } = error;
    expect(frames.map(({ frame, atom }) => [frame, atom])).toEqual([
      [2, 10],
      [3, 4],
      [5, 0],
      [8, undefined],
    ]);
    expect(frames.map(({ frame, problem }) => `frame ${frame}: ${problem}`)).toEqual(lines);
  });

  it('takes anything else for a mistake of ours', () => {
    for (const thrown of [new Error('boom'), 'boom', new Error('NO_SUCH_CODE: boom')]) {
      expect(toQuestsError(thrown)).toMatchObject({ code: 'INTERNAL', cause: thrown });
    }
  });
});

describe('errorAt', () => {
  it('begins the message with the place, as far as it is known', () => {
    const text = (place: object): string => errorAt('INVALID_FILE', place, 'no').message;
    expect(text({ file: 'a.xyz', frame: 1, line: 2, atom: 3 })).toBe('a.xyz, frame 1, line 2, atom 3: no');
    expect(text({ file: 'a.xyz', line: 2 })).toBe('a.xyz, line 2: no');
    expect(text({ file: '', frame: 4 })).toBe('frame 4: no');
    expect(text({})).toBe('no');
  });

  it('has the fields that are known, and no others', () => {
    const error = errorAt('INVALID_FILE', { file: 'a.xyz', line: 2 }, 'no', { cause: 'why' });
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: 'QuestsError',
      code: 'INVALID_FILE',
      file: 'a.xyz',
      line: 2,
    });
    expect(error).toMatchObject({ problem: 'no', cause: 'why' });
    expect(error).toBeInstanceOf(QuestsError);
  });
});
