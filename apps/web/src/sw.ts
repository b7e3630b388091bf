// Keeps the page for when there is no network. The build writes it as sw.js and puts a digest of
// all files into it: another page has another digest, and browsers then fetch all anew. Pages that
// are open keep what they began with.

/** The build puts the digest here. */
const VERSION = 'VERSION_OF_THE_PAGE';

/** What the script needs of its surroundings; the types of pages have none of it. */
interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Waiting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Surroundings {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', act: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', act: (event: Asking) => void): void;
}
const worker = self as unknown as Surroundings;

/** The folder of the page. */
const { scope } = worker.registration;
/** Pages in other folders of the host have caches of their own. */
const OURS = `quests ${scope} `;
const CACHE = OURS + VERSION;

worker.addEventListener('install', (event) => event.waitUntil(keep()));
worker.addEventListener('activate', (event) => event.waitUntil(take()));
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(scope)) event.respondWith(answer(event.request));
});

/** Fetches all files of the page. */
async function keep(): Promise<void> {
  const list = new Request(new URL('files.json', scope), { cache: 'no-cache' });
  const { files } = (await (await fetch(list)).json()) as { readonly files: readonly string[] };
  const cache = await caches.open(CACHE);
  // Names of assets tell their contents; of all others the host is asked whether they are current.
  const request = (path: string): Request =>
    new Request(new URL(path, scope), { cache: isAsset(path) ? 'default' : 'no-cache' });
  await cache.addAll([list, ...['./', ...files].map(request)]);
}

/** Forgets earlier pages, and answers what is open already. */
async function take(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** What is kept for assets; for all else what the host says, where it can be asked. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = (): Promise<Response | undefined> =>
    cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (isAsset(request.url.slice(scope.length))) return (await kept()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (thrown) {
    const response = await kept();
    if (response === undefined) throw thrown;
    return response;
  }
}

function isAsset(path: string): boolean {
  return path.startsWith('assets/');
}

export {};
