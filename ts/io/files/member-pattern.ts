/**
 * Whether names of files in an archive match a pattern with `*`, `?`, `**`, `[…]`, `{…}`. Without
 * `/` in it, a pattern is for the name without its folders.
 */
export function matcherOf(pattern: string): (name: string) => boolean {
  const expression = expressionOf(pattern);
  const isDeep = pattern.includes('/');
  return (name) =>
    name === pattern || expression?.test(isDeep ? name : name.slice(name.lastIndexOf('/') + 1)) === true;
}

/** Undefined for ranges that are none, as `[z-a]`: the pattern is then a name. */
function expressionOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^${source(pattern)}$`, 'u');
  } catch {
    return undefined;
  }
}

function source(pattern: string): string {
  let text = '';
  let depth = 0;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const [token = ''] = /^(\*\*\/|\*\*|\*|\?|\[!?[^\]/]+\]|[\s\S])/u.exec(rest) ?? [];
    at += token.length;
    if (token === '**/') text += '(?:.*/)?';
    else if (token === '**') text += '.*';
    else if (token === '*') text += '[^/]*';
    else if (token === '?') text += '[^/]';
    else if (token.length > 1 && token.startsWith('[')) text += classOf(token);
    else if (token === '{' && rest.includes('}')) {
      depth++;
      text += '(?:';
    } else if (token === '}' && depth > 0) {
      depth--;
      text += ')';
    } else if (token === ',' && depth > 0) text += '|';
    else text += escaped(token);
  }
  return text + ')'.repeat(depth);
}

/** `[a-z]` and `[!a-z]`. */
function classOf(token: string): string {
  const negated = token.startsWith('[!');
  const inner = token.slice(negated ? 2 : 1, -1).replace(/[\\\]^[&~|]/g, '\\$&');
  return `[${negated ? '^/' : ''}${inner}]`;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
