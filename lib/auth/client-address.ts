import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

/** Set by us on every request that enters the web process, whatever the client wrote into it. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';

/**
 * The network address a request came from, or null when addresses tell nobody apart.
 *
 * `peer` is the other end of the socket. `X-Forwarded-For` is believed only where the peer is one of `trusted`
 * (TRUSTED_PROXIES: addresses or networks), and then only up to the first address from the right that is not trusted:
 * what stands further left was written by the client itself.
 *
 * A loopback peer that is not trusted gives null: it is a proxy on this machine that nobody told us of, so everybody
 * would share 127.0.0.1. Then failed log-ins slow down all attempts on that account by a few seconds and nothing more,
 * since a growing delay would be a lock that any stranger could use. Behind a proxy, set TRUSTED_PROXIES.
 * IPv6 addresses are cut to their /64, which is what one subscriber has.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string | null {
  const believed = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const chain = [...(forwardedFor?.split(',') ?? []), peer ?? ''].map(plainAddress);
  let address = chain.pop() ?? null;
  if (address === null) return null;
  if (isLoopback(address) && !believed(address)) return null;
  while (address !== null && believed(address)) {
    if (chain.length === 0) return null;
    address = chain.pop() ?? null;
  }
  return address === null ? null : isIP(address) === 6 ? network64(address) : address;
}

/** TRUSTED_PROXIES as `clientAddress` takes it. Throws on what is neither an address nor a network like 10.0.0.0/8. */
export function trustedProxies(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/**
 * Makes this process stamp every incoming request with its client address. Next hands handlers no socket and keeps an
 * X-Forwarded-For that the client wrote, so the address is taken where the request enters, before Next sees it.
 */
export function stampClientAddresses(trusted: BlockList): void {
  subscribe('http.server.request.start', (message) => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    const forwarded = request.headers['x-forwarded-for'];
    const address = clientAddress(
      socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      trusted,
    );
    request.headers[CLIENT_ADDRESS_HEADER] = address ?? '';
  });
}

function plainAddress(text: string): string | null {
  const address = text.trim().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(address) === 0 ? null : address;
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.');

function network64(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...gap, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
