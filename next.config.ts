import type { NextConfig } from 'next';

const config: NextConfig = {
  // wasm and native addons are loaded by Node itself, not bundled
  serverExternalPackages: ['libxml2-wasm', '@node-rs/argon2', 'postgres', 'pino', 'exceljs'],
  poweredByHeader: false,
  // `next dev` would print the arguments of actions: personal data
  logging: { serverFunctions: false },
  reactStrictMode: true,
  // the log names an action by its verb's name
  experimental: { serverMinification: false },
  // asked for by browsers before they have read of the icon in the page
  redirects: async () => [{ source: '/favicon.ico', destination: '/icon.svg', permanent: false }],
  devIndicators: false,
  // several lockfiles may stand above the checkout: the project's root is this folder
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
