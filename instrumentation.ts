import { env } from '@/lib/env';

/** Next calls this once, before the web process answers anything. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { takeOverConsoleErrors } = await import('@/lib/log');
  if (process.env.NODE_ENV === 'production') takeOverConsoleErrors();
  const { stampClientAddresses, trustedProxies } = await import('@/lib/auth/client-address');
  stampClientAddresses(trustedProxies(env.TRUSTED_PROXIES));
}
