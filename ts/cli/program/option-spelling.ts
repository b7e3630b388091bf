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

/** The name of a command in kebab-case: `make_descriptors` is `make-descriptors`, `dH` is `dh`. */
export function kebab(command: string): string {
  return command.toLowerCase().replaceAll('_', '-');
}
