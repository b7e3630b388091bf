/** Letters of a text that are shown. */
const SHOWN = 40;

/** Names of an object's properties that are shown. */
const NAMES = 4;

/** A value in a few words, for messages: `an array of 3 arrays`, `a Float64Array`, `"msc"`. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`;
    case 'bigint':
      return `the bigint ${value}`;
    case 'symbol':
      return 'a symbol';
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
    case 'undefined':
  }
  return shownObject(value);
}

function shownObject(value: object): string {
  if (Array.isArray(value)) return shownArray(value);
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${tag} of ${String(value.length)} numbers`;
  if (tag === 'Promise') return 'a promise (is an await missing?)';
  const named = value.constructor as { readonly name?: string } | undefined;
  if (named?.name !== undefined && named.name !== 'Object' && named.name !== '')
    return withArticle(named.name);
  if (tag !== 'Object') return withArticle(tag);
  const names = Object.keys(value);
  if (names.length === 0) return 'an empty object';
  return `an object with ${names.slice(0, NAMES).join(', ')}${names.length > NAMES ? ' …' : ''}`;
}

function withArticle(noun: string): string {
  return `${/^[AEIOU]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

function shownArray(values: readonly unknown[]): string {
  if (values.length === 0) return 'an empty array';
  const kinds = new Set(
    values.map((each) => (Array.isArray(each) ? 'array' : each === null ? 'null' : typeof each)),
  );
  const [kind] = kinds;
  if (kinds.size > 1) return `an array of ${values.length} different things`;
  if (values.length === 1) return `an array of ${shownValue(values[0])}`;
  const plural = kind === 'null' || kind === 'undefined' ? `times ${kind}` : `${String(kind)}s`;
  return `an array of ${values.length} ${plural}`;
}
