/** An option of a command; or where a long name may go on in another line. */
const PARTS = /(--[a-z][a-z-]*)|([_/](?=[^\s_/])|\.(?=[a-z]))/gi;

/**
 * Text for a narrow column: options (`--species`) stay in one line, and names of files break after
 * `_` and `/` and before their endings rather than within words.
 */
export function prose(text: string): readonly (string | Node)[] {
  const parts: (string | Node)[] = [];
  let from = 0;
  for (const { 0: found, 1: option, index } of text.matchAll(PARTS)) {
    if (option === undefined) {
      // An ending takes its dot along.
      const end = found === '.' ? index : index + found.length;
      parts.push(text.slice(from, end), document.createElement('wbr'));
      from = end;
      continue;
    }
    const whole = document.createElement('span');
    whole.className = 'option';
    whole.textContent = option;
    parts.push(text.slice(from, index), whole);
    from = index + option.length;
  }
  return [...parts, text.slice(from)];
}
