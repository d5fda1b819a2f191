/** Stands for «our own origin» while a path is parsed; no real address has it. */
const HERE = 'http://here.invalid';

/**
 * Where to go after log-in: a path of this site with its query, or «/». Refuses by falling back to «/»: absolute
 * addresses, «//host», «/\host», the same hidden by tabs or dots, the log-in page itself and the API.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || !URL.canParse(value, HERE)) return '/';
  // the browser's own parser decides, after it dropped tabs and turned «\» into «/»
  const url = new URL(value, HERE);
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/';
  if (/^\/(login|api)(\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}

/** Address of the log-in page that leads back to `path`. */
export function loginPath(path: string): string {
  const next = safeNext(path);
  return next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`;
}
