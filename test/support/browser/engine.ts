/** What tests of all engines do in a page, whatever drives the browser. */
export interface EnginePage {
  goto(url: string): Promise<void>;
  /** Calls a function in the page, which uses nothing outside of it. */
  call<A extends readonly unknown[], R>(act: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** A click as a mouse makes it. */
  click(selector: string): Promise<void>;
  /** The text of a file that the page saves when something is clicked. */
  saved(selector: string, name: string): Promise<string>;
  /** A picture of what the window shows, as PNG. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** An engine of browsers. */
export interface Engine {
  readonly name: string;
  /** What is to be installed for its tests; empty where all of it is. */
  readonly missing: string;
  /** Opens a page of its own, in a window of 1280 × 900 pixels. */
  start(): Promise<EnginePage>;
}

export const WINDOW = { width: 1280, height: 900 } as const;

/** What takes longer, in ms, hangs. */
export const LIMIT = 300_000;

/** Milliseconds between two looks at a page. */
const PAUSE = 50;

/** A call of a function, as an expression. */
export function callText<A extends readonly unknown[]>(act: (...args: A) => unknown, args: A): string {
  return `(${act.toString()})(...${JSON.stringify(args)})`;
}

/** Waits until something is there. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const began = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - began > LIMIT) throw new Error(`${what}: not there after ${LIMIT / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
