import { base64 } from './base64.js';

/** Bytes, or text as UTF-8, as an address that holds them. */
export function dataUrl(type: string, content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return `data:${type};base64,${base64(bytes)}`;
}
