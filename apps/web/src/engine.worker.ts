// All computing of the page, so that its own thread has nothing to do but to show.
import { DescriptorMatrix } from 'quests';
import {
  Explorer,
  type ExploreRequest,
  type OpenSetFile,
  PAGE_LIST,
  type PageContents,
  readSets,
} from 'quests/explore';
import { type FileFolder, groupedFiles, openBlob, openUrl } from 'quests/io';
import { borrowWorkers } from 'quests/workers';
import { answerLive } from './live-run.js';
import type { ForLive, LammpsRun } from './live-protocol.js';
import type { AddressFile, PageFile } from './page-file.js';

// Reports write maps as PNG. What that takes is loaded now: after its first run a page asks for
// nothing any more.
void import('fast-png');

type Opened = File | FileFolder | AddressFile;

const open: OpenSetFile<Opened> = (file, options) =>
  'url' in file ? openUrl(file.url, options) : openBlob(file, options);

const explorer = new Explorer<Opened>(
  open,
  (reply) => {
    self.postMessage(reply);
  },
  undefined,
  pageContents,
);

/** The files of this page, beside the folder that this worker is in. */
async function pageContents(): Promise<PageContents> {
  const contentOf = async (path: string): Promise<Uint8Array> => {
    const response = await fetch(new URL(`../${path}`, self.location.href));
    if (!response.ok) throw new Error(`${path} of this page: ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const list = await contentOf(PAGE_LIST);
  const { files } = JSON.parse(new TextDecoder().decode(list)) as { readonly files: readonly string[] };
  const contents = files.map(async (path): Promise<[string, Uint8Array]> => [path, await contentOf(path)]);
  return new Map([[PAGE_LIST, list], ...(await Promise.all(contents))]);
}

/** Files that belong together as one; their names are their paths. */
function grouped(files: readonly PageFile[]): Opened[] {
  const own: File[] = [];
  const addresses: AddressFile[] = [];
  for (const file of files) {
    if (file instanceof File) own.push(file);
    else if ('url' in file) addresses.push(file);
  }
  return [...groupedFiles(own, ({ name }) => name), ...addresses];
}

/** The descriptors that a simulation is held against. */
async function referenceOf({ reference, k, cutoff, bandwidth }: LammpsRun): Promise<DescriptorMatrix> {
  const name = reference.map((file) => file.name).join(', ');
  const files = groupedFiles([...reference], (file) => file.name);
  const settings = { k, cutoff, bandwidth, epsilon: 0, species: false, select: '' };
  const [set] = await readSets([{ name, files }], settings, open, {});
  if (set === undefined) throw new Error(`${name} holds nothing`);
  return set.x instanceof DescriptorMatrix ? set.x : set.x.matrix();
}

self.onmessage = ({ data }: MessageEvent<ExploreRequest<PageFile> | ForLive | MessagePort>) => {
  if (data instanceof MessagePort) {
    borrowWorkers(data);
    return;
  }
  if (data.do === 'live') {
    answerLive(data.request, referenceOf);
    return;
  }
  const request =
    data.do === 'run'
      ? { ...data, sets: data.sets.map((set) => ({ ...set, files: grouped(set.files) })) }
      : data;
  void explorer.answer(request);
};
