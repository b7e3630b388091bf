/** `quests/explore` for Node: what its functions take, judged. */
import { kindOf, listOf, options, record, TEXT, TEXTS, whole } from '../../base/kinds.js';
import * as explored from '../../faces/node/explore.js';
import type { RunOptions } from '../../run/run-options.js';
import type { ReadOptions } from '../../io/files/opened.js';
import { FILE, FORMAT } from '../files.js';
import { judgedPromise } from '../judged.js';
import { LOADED_BACKEND, RUN } from '../kinds.js';

export * from '../explore.js';
export type { NamedFiles, PageServer, ServeOptions } from '../../faces/node/explore.js';

export const pageContents = judgedPromise(explored.pageContents, {
  options: options<Pick<RunOptions, 'signal'>>({ signal: RUN.signal }),
});

export const servePage = judgedPromise(explored.servePage, {
  options: options<explored.ServeOptions>(
    {
      backend: LOADED_BACKEND,
      engine: TEXT,
      live: kindOf('a LiveWatch', (value) => value instanceof explored.LiveWatch),
      port: whole(0, 65_535),
      reading: options<Pick<ReadOptions, 'format' | 'elements'>>({ format: FORMAT, elements: TEXTS }),
      sets: listOf(record('a set { name, files }', { name: TEXT, files: listOf(FILE, 'files') }), 'sets'),
    },
    ['backend', 'engine', 'reading', 'sets'],
  ),
});
