/** Bytes of the main package at the most: half is the page, with samples, module and what draws. */
export const PACKAGE_LIMIT = 3_000_000;

/** Bytes of one addon at the most, unpacked: 2 MiB. Half of that is what people download. */
export const ADDON_LIMIT = 2 * 1024 ** 2;

/** Bytes of the WebAssembly module at the most, as a server sends it: compressed by gzip. */
export const WASM_LIMIT = 250_000;
