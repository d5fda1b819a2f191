/** `Content-Disposition` for a file of any name (RFC 5987): downloaded, or shown where the browser can. */
export const disposition = (name: string, kind: 'attachment' | 'inline' = 'attachment'): string =>
  `${kind}; filename*=UTF-8''${encodeURIComponent(name).replace(/'/g, '%27')}`;
