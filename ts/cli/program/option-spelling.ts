import { SPECIES_MODES } from '../../base/constants.js';

/**
 * Underscores and hyphens are the same in the name of a long option: `--batch_size` is
 * `--batch-size`. Values, and whatever follows a bare `--`, stay as they are.
 */
export function hyphenated(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((token, index) => {
    if (!token.startsWith('--') || (end !== -1 && index >= end)) return token;
    const [name = '', ...value] = token.split('=');
    return [name.replaceAll('_', '-'), ...value].join('=');
  });
}

/**
 * The mode of `--species` may follow it: `--species full`. Any other word after it is not its own,
 * as in `--species train.xyz`, and the mode is `blocks`, as in the Python package.
 */
export function withSpeciesMode(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] as string;
    if (token !== '--species' || (end !== -1 && at >= end)) words.push(token);
    else if ((SPECIES_MODES as readonly (string | undefined)[]).includes(argv[at + 1]))
      words.push(`${token}=${argv[++at]}`);
    else words.push(`${token}=blocks`);
  }
  return words;
}

/** The name of a command in kebab-case: `make_descriptors` is `make-descriptors`, `dH` is `dh`. */
export function kebab(command: string): string {
  return command.toLowerCase().replaceAll('_', '-');
}
