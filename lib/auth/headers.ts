/** What a response is protected with: `https` = the site's own address is https, `dev` = `next dev` serves it. */
interface Protection {
  nonce: string;
  https: boolean;
  dev: boolean;
}

/**
 * Content-Security-Policy of a page. Only scripts with this response's nonce run, and what they load; no inline style
 * passes either. Next reads the nonce out of this very header and puts it on its own tags, at dynamic rendering only.
 */
export function pagePolicy({ nonce, https, dev }: Protection): string {
  return [
    "default-src 'none'",
    // React's development build explains errors with eval
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // the development overlay writes inline styles, and a nonce would switch 'unsafe-inline' off
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws: wss:' : ''}`,
    "manifest-src 'self'",
    // a PDF beside the answer (VIEW_POLICY)
    "frame-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

/** Policy of everything under /api: data, never a page. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Files shown within our pages: the only thing of ours that may stand in a frame. */
export const isFileView = (pathname: string): boolean => /^\/api\/files\/[^/]+\/view$/.test(pathname);

/**
 * Policy of a file shown within the card. Whatever it holds, it has no scripts, no origin of ours and loads nothing; only
 * our own pages may frame it. Chromium's viewer opens a PDF under this policy, in a frame and in a tab, but not in an
 * `<iframe sandbox>`: therefore the sandbox stands here and not on the frame. (Scripts inside a PDF run in the viewer's own
 * sandbox and never see the page.)
 */
export const VIEW_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/**
 * The other protecting headers, the same for pages and data; `framed` = our own pages may frame it. Nothing is kept by
 * caches: nearly all of it is personal.
 */
export function protectingHeaders({
  https,
  framed = false,
}: Pick<Protection, 'https'> & { framed?: boolean }): Record<string, string> {
  return {
    'Cache-Control': 'private, no-store',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': framed ? 'SAMEORIGIN' : 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), browsing-topics=()',
    ...(https ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
}
