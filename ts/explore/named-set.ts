import type { StoredReference } from '../kernel/stored-reference.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';

/** A set to explore. */
export interface NamedSet {
  readonly name: string;
  readonly x: DescriptorMatrix;
  /** What the descriptors were made from, frame by frame; empty where only these are known. */
  readonly structures: readonly Structure[];
}

/** A set in a file: read into memory where it fits; else some of it is drawn. */
export interface StoredSet extends Omit<NamedSet, 'x'> {
  readonly x: StoredReference;
  /**
   * Its first frame, whose volume per atom a bandwidth is suggested for. Default: the first of
   * `structures`.
   */
  readonly firstFrame?: Structure | undefined;
  /**
   * Whether it is only asked what it knows of a second set: what is near that is read, and some
   * environments for the map, but H and what follows from it are not computed. Default: no.
   */
  readonly isAsked?: boolean | undefined;
}

/** Whether a set is only asked what it knows of another: {@link StoredSet.isAsked}. */
export function isAskedSet(set: NamedSet | StoredSet): boolean {
  return 'isAsked' in set && set.isAsked === true;
}
