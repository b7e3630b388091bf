import { urlName } from './http-request.js';
import { selectionOf } from './selection.js';

/** An archive, and after two slashes which of its files are meant. */
export const ARCHIVE = /^(.*\.zip)\/\/(.+)$/is;

/** What is to be read at an address. */
export interface AddressedFile {
  readonly path: string;
  readonly name: string;
  readonly members?: string;
  readonly select?: string;
}

/** What is meant at an address: a file, files of an archive, frames. */
export function addressOf(argument: string): AddressedFile {
  const at = argument.lastIndexOf('@');
  const select = at > 0 ? argument.slice(at + 1) : '';
  const isSelected = selectionOf(select) !== undefined;
  const url = isSelected ? argument.slice(0, at) : argument;
  const [, archive = url, members] = ARCHIVE.exec(url) ?? [];
  return {
    path: archive,
    name: urlName(archive),
    ...(members !== undefined && { members }),
    ...(isSelected && { select }),
  };
}
