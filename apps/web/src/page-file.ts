/** A dataset that was named on the command line of the server, which reads it. */
export interface NamedSet {
  readonly named: number;
  readonly name: string;
}

/** A file at an address. */
export interface AddressFile {
  readonly url: string;
  readonly name: string;
}

/**
 * What a page can be given: a file, an address, or the name of a dataset where `quests serve` knows
 * it.
 */
export type PageFile = File | AddressFile | NamedSet;
