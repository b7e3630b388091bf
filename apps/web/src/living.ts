// Starts a living report: makes blobs of the files of the page that the report holds, and loads the
// first module. The build writes it as living.js, and its digest into the list of the page's files:
// the policy of a report lets this script run.

/** As ts/report/living/linked-files.ts makes it. */
interface LinkedFile {
  readonly path: string;
  readonly type: string;
  readonly text?: string;
  readonly base64?: string;
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * Loads a module, in the page or in a worker, which gets this function as text: it uses nothing
 * outside of it. A worker of a page that was opened as a file reads no blobs of that page, and must
 * not be a module itself. So each has the files that it needs in its own text, and makes its own
 * blobs.
 *
 * @param own this function, as text
 */
function load(files: readonly LinkedFile[], entry: string, own: string): Promise<unknown> {
  const found = new Map(files.map((file) => [file.path, file]));
  const urls = new Map<string, string>();
  const urlOf = (path: string): string => {
    const known = urls.get(path);
    if (known !== undefined) return known;
    const file = found.get(path);
    if (file === undefined) throw new Error(`this report has no ${path}`);
    const { type, text, base64 = '', imports } = file;
    const content: string | Uint8Array<ArrayBuffer> =
      text === undefined
        ? Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        : Object.entries(imports).reduce(
            (rest, [name, other]) => rest.replaceAll(`"${name}"`, () => `"${urlOf(other)}"`),
            text,
          );
    const url = URL.createObjectURL(new Blob([content], { type }));
    urls.set(path, url);
    return url;
  };
  const need = (path: string, needed: Map<string, LinkedFile>): Map<string, LinkedFile> => {
    const file = found.get(path);
    if (file === undefined || needed.has(path)) return needed;
    needed.set(path, file);
    for (const other of Object.values(file.imports)) need(other, needed);
    for (const [, other = ''] of (file.text ?? '').matchAll(/questsFile\("([^"]+)"\)/g)) need(other, needed);
    return needed;
  };
  const workerOf = (path: string): string => {
    const needed = [...need(path, new Map()).values()];
    const values = [needed, path, own].map((value) => JSON.stringify(value)).join(',');
    return URL.createObjectURL(new Blob([`(${own})(${values})`], { type: 'text/javascript' }));
  };
  // A page that loads the module of a worker itself has the files of all already.
  if (!('questsFile' in globalThis)) {
    const { Worker } = globalThis;
    Object.assign(globalThis, {
      questsFile: (path: string): string => (/worker[^/]*\.js$/.test(path) ? workerOf(path) : urlOf(path)),
      Worker: class extends Worker {
        constructor(url: string | URL, { name = '' }: WorkerOptions = {}) {
          super(url, { name });
        }
      },
    });
  }
  // What a worker is told before its module is there waits for that.
  const held: MessageEvent[] = [];
  const hold = (event: MessageEvent): void => {
    event.stopImmediatePropagation();
    held.push(event);
  };
  const isWorker = typeof document === 'undefined';
  if (isWorker) addEventListener('message', hold);
  return import(/* @vite-ignore */ urlOf(entry)).then(
    () => {
      if (!isWorker) return;
      removeEventListener('message', hold);
      for (const { data, ports } of held) {
        dispatchEvent(new MessageEvent('message', { data: data as unknown, ports: [...ports] }));
      }
    },
    (thrown: unknown) => {
      // As an error of the worker: whoever started it is told.
      setTimeout(() => {
        throw thrown;
      });
    },
  );
}

/** Bytes that stand in the page as base64. */
function bytesIn(id: string): Uint8Array<ArrayBuffer> {
  const text = document.getElementById(id)?.textContent ?? '';
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

async function start(): Promise<void> {
  const packed = new Blob([bytesIn('living-files')]).stream();
  const unpacked = new Response(packed.pipeThrough(new DecompressionStream('gzip')));
  const { entry, files } = (await unpacked.json()) as {
    readonly entry: string;
    readonly files: readonly LinkedFile[];
  };
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="./"]')) {
    const file = files.find(({ path }) => link.getAttribute('href') === `./${path}`);
    const bytes = Uint8Array.from(atob(file?.base64 ?? ''), (letter) => letter.charCodeAt(0));
    link.href = URL.createObjectURL(new Blob([bytes], { type: file?.type ?? '' }));
  }
  // The page finds what it is to show here.
  Object.assign(globalThis, { questsSaved: bytesIn('living-data') });
  await load(files, entry, load.toString());
}

void start();

export {};
