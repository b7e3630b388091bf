// In place of the engine where `quests serve` has the page: passes requests on to it, and its
// replies back.
import { parse, stringify } from 'devalue';
import type {
  ExploreReply,
  ExploreRequest,
  LiveReply,
  LiveRequest,
  ServedFile,
  ServedReply,
} from 'quests/explore';
import type { ForLive } from './live-protocol.js';
import type { PageFile } from './page-file.js';

/** Beside the folder that this worker is in. */
const api = (route: string): URL => new URL(`../api/${route}`, self.location.href);

const reply = (message: ExploreReply | LiveReply): void => {
  self.postMessage(message);
};

const fail = (thrown: unknown): void => {
  const cancelled = thrown instanceof DOMException && thrown.name === 'AbortError';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  reply({ is: 'failure', message: cancelled ? 'Cancelled.' : message, code: null, cancelled });
};

let sending: AbortController | undefined;
let arrived: (visitor: string) => void = () => undefined;
const visitor = new Promise<string>((resolve) => {
  arrived = resolve;
});

/** Asks for a route of this visitor. */
async function fetched(
  route: string,
  query: Record<string, string>,
  options: RequestInit,
): Promise<Response> {
  const url = api(route);
  url.search = new URLSearchParams({ visitor: await visitor, ...query }).toString();
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

async function post(request: ExploreRequest<ServedFile>): Promise<void> {
  await fetched('ask', {}, { method: 'POST', body: stringify(request) });
}

/** Names of files for the server, which is sent those that it does not have. */
async function sent(files: readonly PageFile[], signal: AbortSignal): Promise<ServedFile[]> {
  const known: ServedFile[] = [];
  for (const file of files) {
    if ('named' in file) {
      known.push({ named: file.named });
      continue;
    }
    if ('url' in file) {
      known.push({ url: file.url });
      continue;
    }
    reply({ is: 'progress', phase: 'sending', of: file.name, share: 0 });
    const response = await fetched('files', { name: file.name }, { method: 'POST', body: file, signal });
    known.push({ sent: await response.text() });
  }
  return known;
}

async function answer(request: ExploreRequest<PageFile> | ForLive<LiveRequest>): Promise<void> {
  if (request.do === 'live') {
    await fetched('live', {}, { method: 'POST', body: stringify(request.request) });
    return;
  }
  if (request.do === 'run') {
    sending?.abort();
    sending = new AbortController();
    const { signal } = sending;
    const sets = [];
    for (const set of request.sets) sets.push({ ...set, files: await sent(set.files, signal) });
    signal.throwIfAborted();
    await post({ ...request, sets });
    return;
  }
  if (request.do === 'cancel') sending?.abort();
  await post(request);
}

self.onmessage = ({ data }: MessageEvent<ExploreRequest<PageFile> | ForLive<LiveRequest>>) => {
  answer(data).catch(fail);
};

async function take(line: string): Promise<void> {
  const said = parse(line) as ServedReply;
  if (said.is === 'welcome') arrived(said.visitor);
  else if (said.is === 'download' || said.is === 'live-download') {
    const blob = await (await fetched('download', { id: said.id }, {})).blob();
    const { name } = said;
    reply(
      said.is === 'download' ? { is: 'file', what: said.what, name, blob } : { is: 'live-file', name, blob },
    );
  } else reply(said);
}

/** Takes replies, a line each, as long as the server is there. */
async function listen(): Promise<void> {
  const { body } = await fetch(api('replies'));
  if (body === null) throw new Error('quests serve does not answer');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let pieces: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const [first = '', ...others] = value.split('\n');
    pieces.push(first);
    for (const other of others) {
      void take(pieces.join('')).catch(fail);
      pieces = [other];
    }
  }
}

void listen()
  .catch(() => undefined)
  .finally(() => {
    fail(new Error('quests serve has stopped. Start it again and open the address that it prints.'));
  });
