import type { Source, Structure } from '../model/structure.js';

/** What is cut out: a periodic cell, or a cluster with nothing around it. */
export type CarveShape = 'periodic' | 'cluster';

/**
 * How a cell ends: it is the whole frame; its surroundings repeat by it; it was cut from
 * surroundings that do not repeat; nothing is around it.
 */
export type CarvedBoundary = 'whole' | 'commensurate' | 'cut' | 'open';

/** A small cell around a new environment. */
export interface CarvedCell {
  /**
   * The cell: its first atom is the centre. Columns: `dH`, with respect to the reference; `origin`,
   * the atom of the frame; `fixed`, whether it was never moved.
   */
  readonly structure: Structure;
  /** Number of the frame among those given, and where it was read. */
  readonly frame: number;
  readonly source: Source | undefined;
  /** The atom of that frame that is the centre, and its δH there, in nats. */
  readonly atom: number;
  readonly dH: number;
  /** K of the centre's environment in the cell and in the frame: at least 0.9 is aimed at. */
  readonly kernel: number;
  /**
   * Environments of the cell that neither the reference nor the surroundings of the centre have: 0
   * is aimed at.
   */
  readonly further: number;
  readonly boundary: CarvedBoundary;
  /** Whether outer atoms were moved. */
  readonly relaxed: boolean;
}

/** A new environment that no cell could be cut out around. */
export interface NotCarved {
  readonly frame: number;
  readonly source: Source | undefined;
  readonly atom: number;
  readonly problem: string;
}

/** What `carve` gives. */
export interface Carved {
  /** In the order in which they were chosen: the most novel first. */
  readonly cells: readonly CarvedCell[];
  readonly notCarved: readonly NotCarved[];
  /** Environments of all frames, those that the reference lacks, and of these those in cells. */
  readonly environments: number;
  readonly novel: number;
  readonly covered: number;
}
