// All computing of the page, so that its own thread has nothing to do but to show.
import { Explorer, type ExploreRequest } from 'quests/explore';
import { type FileFolder, groupedFiles, openBlob, openUrl } from 'quests/io';
import type { AddressFile, PageFile } from './page-file.js';

// Reports write maps as PNG. What that takes is loaded now: after its first run a page asks for
// nothing any more.
void import('fast-png');

type Opened = File | FileFolder | AddressFile;

const explorer = new Explorer<Opened>(
  (file, options) => ('url' in file ? openUrl(file.url, options) : openBlob(file, options)),
  (reply) => {
    self.postMessage(reply);
  },
);

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

self.onmessage = ({ data }: MessageEvent<ExploreRequest<PageFile>>) => {
  const request =
    data.do === 'run'
      ? { ...data, sets: data.sets.map((set) => ({ ...set, files: grouped(set.files) })) }
      : data;
  void explorer.answer(request);
};
