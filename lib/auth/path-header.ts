/** Path and query of the page that is asked for, set by proxy.ts, so that logging in again leads back there. */
export const PATH_HEADER = 'x-path';
