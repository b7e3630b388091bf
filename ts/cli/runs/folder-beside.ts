import { basename } from 'node:path';
import * as io from '../../faces/node/io.js';

/** `OUTPUT.ENDING`, a shorter name where that is too long for a file system. */
export function folderBeside(output: string, ending: string): string {
  const name = basename(output);
  return output.slice(0, output.length - name.length) + io.extendedName(name, ending);
}
