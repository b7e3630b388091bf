import type { ErrorCode } from '../../base/error.js';

/** What a page says of a failure, whose message is written for those who program. */
export function failureText(message: string, code: ErrorCode | null): string {
  return code === 'BACKEND_UNAVAILABLE'
    ? 'Could not load the compute module. Check the connection and reload.'
    : message;
}
