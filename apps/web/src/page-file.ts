/** A dataset that was named on the command line of the server, which reads it. */
export interface NamedSet {
  readonly named: number;
  readonly name: string;
}

/** What a page can be given: a file, or the name of one where `quests serve` knows it. */
export type PageFile = File | NamedSet;
