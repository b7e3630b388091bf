import { join } from 'node:path';
import {
  buildReference,
  type BuildReferenceOptions,
  DescriptorMatrix,
  openReference,
  type StoredReference,
} from '../../../ts/node.js';
import { temporaryFolder } from '../cli/cli.js';

/** Rows of a batch, unless a test asks for others. */
const BATCH = 700;

/** A stored reference, opened, and where it is. */
export type OpenedReference = StoredReference & { readonly path: string };

/** Stored references of a file of tests; their folder goes away with them. */
export interface ReferenceFolder {
  /** A path in it that nothing has yet. */
  readonly path: () => string;
  /** Stores batches, or a matrix in batches, and opens the file. */
  readonly stored: (
    given: DescriptorMatrix | Parameters<typeof buildReference>[0],
    options?: BuildReferenceOptions & { readonly memory?: number | undefined },
  ) => Promise<OpenedReference>;
}

export function referenceFolder(): ReferenceFolder {
  const folder = temporaryFolder();
  let files = 0;
  const path = (): string => join(folder, `${files++}.qref`);
  return {
    path,
    stored: async (given, { memory, ...options } = {}) => {
      const own = path();
      await buildReference(given instanceof DescriptorMatrix ? batchesOf(given) : given, own, options);
      return Object.assign(await openReference(own, { memory }), { path: own });
    },
  };
}

/** Some batches of a matrix, as they come from files: a frame each. */
// eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
export async function* batchesOf(x: DescriptorMatrix, size = BATCH): AsyncGenerator<DescriptorMatrix> {
  const { data, rows, width, k, cutoff, species } = x;
  for (let first = 0; first < rows; first += size) {
    const part = data.slice(first * width, (first + size) * width);
    yield new DescriptorMatrix(part, { width, k, cutoff, species });
  }
}

/** All at once. */
// eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
export async function* oneBatch<T>(given: T): AsyncGenerator<T> {
  yield given;
}
