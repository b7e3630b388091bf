import { descriptors, entropy, loadBackend, type Backend, type QuestsError, type Structure } from 'quests';

const positions = Float64Array.of(0, 0, 0, 2.1, 0.1, 0, 0.2, 2.3, 0.1, 2.2, 2.1, 0.3);
const structure: Structure = { positions, cell: [4.5, 0, 0, 0, 4.6, 0, 0, 0, 4.7], pbc: [true, true, true] };

export async function main(): Promise<number> {
  const backend: Backend = await loadBackend('auto');
  const x = await descriptors(structure, { k: 8, backend });
  const scan: Float64Array = await entropy(x, { bandwidth: [0.01, 0.02] });
  // @ts-expect-error no such backend: were the types lost on the way, this would compile
  await loadBackend('python');
  return (await entropy(x)) + scan.length;
}

// Every entry, so that all declarations are checked.
export * as analysis from 'quests/analysis';
export * as explore from 'quests/explore';
export * as figure from 'quests/figure';
export * as io from 'quests/io';
export * as shards from 'quests/shards';

export const isOurs = (error: QuestsError): boolean => error.code === 'BACKEND_UNAVAILABLE';
