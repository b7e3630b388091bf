/** What of Node's process warnings go through. */
interface Warns {
  readonly emitWarning?: (text: string, options: { readonly type: string; readonly code: string }) => void;
}

const TYPE = 'QuestsWarning';

/**
 * Says what a program should know of, where it does not look at results: as a warning of the
 * process, which `--disable-warning=CODE` switches off, or on the console of a browser.
 */
export function warn(code: string, text: string): void {
  const { process } = globalThis as { readonly process?: Warns };
  if (process?.emitWarning !== undefined) process.emitWarning(text, { type: TYPE, code });
  else console.warn(`${TYPE} ${code}: ${text}`);
}
