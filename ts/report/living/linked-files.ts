import { QuestsError } from '../../base/error.js';
import { base64 } from '../base64.js';

/** The files of the built page: what each holds, by its path in the page's folder. */
export type PageContents = ReadonlyMap<string, Uint8Array>;

/**
 * A file of the page as a living report holds it. It has no address there until it gets one as a
 * blob: modules name others by `questsFile(path)`, which gives the blob's, and static imports by
 * what stands in `imports`.
 */
export interface LinkedFile {
  readonly path: string;
  readonly type: string;
  /** Text, or bytes as base64. */
  readonly text?: string;
  readonly base64?: string;
  /** How static imports name other files, and their paths. */
  readonly imports: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
  txt: 'text/plain;charset=utf-8',
};

/** Where modules and what they load are. */
const FOLDER = 'assets/';

/** `from"./a.js"` and `import"./a.js"`, as the bundler writes them. */
const STATIC = /\b(?:from|import)\s*"(\.\/[^"]+)"/g;
/** ``import(`./a.js`)`` */
const DYNAMIC = /\bimport\(\s*(["'`])\.\/([^"'`]+)\1\s*\)/g;
/** ``new URL(`a.wasm`, import.meta.url)`` */
const ADDRESS = /\bnew URL\(\s*(["'`])([^"'`]+)\1\s*,\s*import\.meta\.url\)/g;

/**
 * Modules of the page, and what they load, so that they can be blobs.
 *
 * @throws {QuestsError} INVALID_FILE where a module names another in a way that is not known here,
 *   or imports itself
 */
export function linkedFiles(page: PageContents): readonly LinkedFile[] {
  const linked = new Map<string, LinkedFile>();
  const names = [...page.keys()].filter((path) => path.startsWith(FOLDER)).map((path) => nameOf(path));
  const begun = new Set<string>();
  const link = (path: string): void => {
    if (linked.has(path)) return;
    if (begun.has(path)) throw new QuestsError('INVALID_FILE', `${path} of the page imports itself`);
    begun.add(path);
    const content = page.get(path) as Uint8Array;
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)];
    // Styles stand in the report themselves.
    if (type === undefined) return;
    if (!path.endsWith('.js')) {
      linked.set(path, { path, type, base64: base64(content), imports: {} });
      return;
    }
    const { text, imports } = linkedModule(path, new TextDecoder().decode(content), names);
    for (const other of Object.values(imports)) link(other);
    linked.set(path, { path, type, text, imports });
  };
  for (const path of page.keys()) if (path.startsWith(FOLDER) || path.endsWith('.txt')) link(path);
  return [...linked.values()];
}

/** A module that names others so that they can be blobs. */
function linkedModule(
  path: string,
  source: string,
  names: readonly string[],
): { readonly text: string; readonly imports: Readonly<Record<string, string>> } {
  const isFile = (name: string): boolean => names.includes(name);
  const named = (name: string): string => `questsFile(${JSON.stringify(FOLDER + name)})`;
  const text = source
    .replaceAll(DYNAMIC, (whole, _quote, name: string) => (isFile(name) ? `import(${named(name)})` : whole))
    .replaceAll(ADDRESS, (whole, _quote, name: string) =>
      isFile(name) ? `new URL(${named(name)},import.meta.url)` : whole,
    );
  const imports: Record<string, string> = {};
  for (const [, specifier = ''] of text.matchAll(STATIC)) {
    if (isFile(nameOf(specifier))) imports[specifier] = FOLDER + nameOf(specifier);
  }
  const told = Object.keys(imports).reduce(
    (rest, specifier) => rest.replaceAll(JSON.stringify(specifier), ''),
    text.replaceAll(/questsFile\("[^"]+"\)/g, ''),
  );
  const missed = names.find((name) => told.includes(name));
  if (missed !== undefined) {
    throw new QuestsError('INVALID_FILE', `${path} of the page names ${missed} in a way that is not known`);
  }
  return { text, imports };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
