import { rmSync } from 'node:fs';

/**
 * Files and folders that go when their work ends; a process that ends in the middle takes them
 * away.
 */
const unfinished = new Set<string>();

/** Takes a file or a folder away at the end of the process, unless {@link letGo} comes first. */
export function hold(file: string): void {
  if (unfinished.size === 0) process.on('exit', removeUnfinished);
  unfinished.add(file);
}

/** The file has its name, or is gone. */
export function letGo(file: string): void {
  unfinished.delete(file);
  if (unfinished.size === 0) process.off('exit', removeUnfinished);
}

function removeUnfinished(): void {
  for (const file of unfinished) rmSync(file, { force: true, recursive: true });
}
