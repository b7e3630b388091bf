import { expect } from 'vitest';
import { quests } from './cli.js';

/** Runs of the program in a folder, by what is expected of them. */
export interface Runs {
  /** Standard output of a run that succeeds. */
  readonly done: (args: readonly string[]) => Promise<string>;
  /** The one line of a run that is refused; exit code 1 unless told otherwise. */
  readonly refused: (args: readonly string[], exit?: number) => Promise<string>;
  /** JSON of a result, without what differs between a reference in a file and one in memory. */
  readonly record: (args: readonly string[]) => Promise<Record<string, unknown>>;
}

const DIFFERS = /time$|^seconds$|^references?$|^reference_|^nearest_known$|^sources$|^file$|^files$|^known/;

/** @param env what else the program finds in its environment */
export function runsIn(folder: string, env: NodeJS.ProcessEnv = {}): Runs {
  const done = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await quests(args, folder, env);
    expect(code === 0 ? '' : stderr).toBe('');
    return stdout;
  };
  const refused = async (args: readonly string[], exit = 1): Promise<string> => {
    const { code, stdout, stderr } = await quests(args, folder, env);
    expect([code, stdout], stderr).toEqual([exit, '']);
    return stderr.trimEnd();
  };
  const record = async (args: readonly string[]): Promise<Record<string, unknown>> => {
    const text = await done([...args, '--json']);
    return JSON.parse(text, (key, value: unknown) => (DIFFERS.test(key) ? undefined : value)) as Record<
      string,
      unknown
    >;
  };
  return { done, refused, record };
}
