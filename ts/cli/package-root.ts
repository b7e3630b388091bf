/**
 * Folder of the package, for its `package.json`, its examples and its `bin`. This file lies two
 * folders below it, and so do the files of `dist/node`, where the bundle puts it.
 */
export const PACKAGE_ROOT = new URL('../../', import.meta.url);
