import { execFileSync } from 'node:child_process';
import { digits, table, time } from './report/table.js';

/** The program that `scripts/bench.mjs` builds from crates/quests/examples/roofline.rs. */
const PROGRAM = ['release', 'examples', process.platform === 'win32' ? 'roofline.exe' : 'roofline'];

/** What it prints. Times are in seconds; those of the stages are of all threads together. */
interface Roofline {
  readonly simd: string;
  readonly threads: number;
  /** Operations per second, a multiply-add counted as two. */
  readonly f64Peak: number;
  readonly f32Peak: number;
  /** Environments of one phase, where every pair is computed. */
  readonly rows: number;
  readonly width: number;
  readonly sumSeconds: number;
  readonly descriptorSeconds: number;
  readonly stages: Readonly<Record<string, number>>;
}

/** What the stages are, in the order of the work. */
const STAGES: Readonly<Record<string, string>> = {
  Search: 'search: candidates by bins, and their distances to the atom',
  Choice: 'choice: the 32 nearest, in order; X1',
  Distances: 'distances between neighbours, with their inverse: the matrix of X2',
  Sort: 'sort: its 32 rows at once',
  Sum: 'sum: the mean of the rows',
};

/** What the machine could do at most, and what the kernels make of it. */
export function rooflineSections(): string[] {
  const [folder = 'target'] = [process.env.CARGO_TARGET_DIR];
  const found = JSON.parse(execFileSync([folder, ...PROGRAM].join('/'), { encoding: 'utf8' })) as Roofline;
  return [peakSection(found), stageSection(found)];
}

function peakSection({ simd, threads, f64Peak, f32Peak, rows, width, sumSeconds }: Roofline): string {
  // Each pair is computed once for both of its rows.
  const pairs = (rows * (rows + 1)) / 2;
  const products = (2 * width * pairs) / sumSeconds;
  const giga = (value: number): string => `${digits(value / 1e9)} GFLOP/s`;
  const lines = [
    [`multiply-adds in f64, ${simd}, ${threads} threads: the peak`, giga(f64Peak), '100 %'],
    ['multiply-adds in f32', giga(f32Peak), ''],
    [
      `kernel sum in f64: products alone, ${2 * width} operations a pair, exponentials not counted`,
      giga(products),
      `${digits((100 * products) / f64Peak)} %`,
    ],
  ];
  const text =
    `Entropy of ${rows.toLocaleString('en')} environments of one phase, ${time(sumSeconds)}, ` +
    `${digits(pairs / sumSeconds / 1e6)} M pairs/s, against what this machine reached in the same minute.`;
  return ['## Roofline', text, table(['what', 'rate', 'of the peak'], lines)].join('\n\n');
}

function stageSection({ stages, threads, rows, descriptorSeconds }: Roofline): string {
  const whole = threads * descriptorSeconds;
  const row = (what: string, seconds: number): string[] => [
    what,
    `${digits((1e6 * seconds) / rows)} µs`,
    `${digits((100 * seconds) / whole)} %`,
  ];
  const known = Object.entries(stages);
  const rest = whole - known.reduce((sum, [, seconds]) => sum + seconds, 0);
  const lines = [
    ...known.map(([name, seconds]) => row(STAGES[name] ?? name, seconds)),
    row('all else: sorting into bins, placing rows, threads that wait, the clock', rest),
  ];
  const text =
    `${rows.toLocaleString('en')} atoms of rattled copper, k = 32, cutoff 5 Å, ${threads} ` +
    'threads, ' +
    `${time(descriptorSeconds)}; measured with a clock between the stages, which takes a few percent itself.`;
  return [
    '## Where the time of descriptors goes',
    text,
    table(['stage', 'per atom and thread', 'of the whole'], lines),
  ].join('\n\n');
}
