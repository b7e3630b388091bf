import type { ExploreReply, SavedKind } from '../explorer/protocol.js';
import type { LiveReply } from '../live/protocol.js';

// What a page and the server it came from say to each other, as lines of `devalue`, beside what
// `explore/protocol` has.

/**
 * A file that the server reads: one of those that its user named, by its number, one that the page
 * sent, by the name it got, or one at an address.
 */
export type ServedFile = { readonly named: number } | { readonly sent: string } | { readonly url: string };

/** What the server tells a page: files are not part of a line, the page asks for them. */
export type ServedReply =
  | { readonly is: 'welcome'; readonly visitor: string }
  | { readonly is: 'download'; readonly what: SavedKind | 'map'; readonly name: string; readonly id: string }
  | { readonly is: 'live-download'; readonly name: string; readonly id: string }
  | Exclude<ExploreReply, { readonly is: 'file' }>
  | Exclude<LiveReply, { readonly is: 'live-file' }>;

/** What the page knows from the start: the server writes it into the page. */
export interface ServedPage {
  /** Data sets that the user named. */
  readonly sets: readonly string[];
  /** What computes. */
  readonly engine: string;
  /** The simulation that is watched; null where there is none. */
  readonly watched: string | null;
}

/** The `name` of the `<meta>` whose content is {@link ServedPage}, as JSON. */
export const SERVED_META = 'quests-serve';
