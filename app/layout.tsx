import type { Metadata } from 'next';
import localFont from 'next/font/local';
import type { ReactNode } from 'react';
import './globals.css';
import { Sprite } from './ui/sprite';

/*
 * Golos Text. The two files that every page needs are asked for with the page itself and are «optional»: no text is drawn in
 * another font first to move when this one comes. The ranges are those of the package's own CSS.
 */
const cyrillic = localFont({
  src: '../node_modules/@fontsource-variable/golos-text/files/golos-text-cyrillic-wght-normal.woff2',
  variable: '--golos-cyrillic',
  weight: '400 900',
  display: 'optional',
  adjustFontFallback: false,
  declarations: [{ prop: 'unicode-range', value: 'U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116' }],
});
const latin = localFont({
  src: '../node_modules/@fontsource-variable/golos-text/files/golos-text-latin-wght-normal.woff2',
  variable: '--golos-latin',
  weight: '400 900',
  display: 'optional',
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
    },
  ],
});
/** ₽, and letters of names that come from other alphabets. */
const latinExtended = localFont({
  src: '../node_modules/@fontsource-variable/golos-text/files/golos-text-latin-ext-wght-normal.woff2',
  variable: '--golos-latin-extended',
  weight: '400 900',
  display: 'optional',
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value:
        'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF',
    },
  ],
});
const cyrillicExtended = localFont({
  src: '../node_modules/@fontsource-variable/golos-text/files/golos-text-cyrillic-ext-wght-normal.woff2',
  variable: '--golos-cyrillic-extended',
  weight: '400 900',
  display: 'optional',
  preload: false,
  adjustFontFallback: false,
  declarations: [
    { prop: 'unicode-range', value: 'U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F' },
  ],
});
const FONTS = [cyrillic, latin, latinExtended, cyrillicExtended].map(({ variable }) => variable).join(' ');

export const metadata: Metadata = {
  title: { default: 'Отклик', template: '%s\u00a0— Отклик' },
  description: 'Ответы на запросы о задолженности из ГИС ЖКХ',
  icons: { icon: '/icon.svg' },
  robots: { index: false, follow: false },
};

// a page that was rendered beforehand has no CSP nonce, and its scripts are blocked
export const dynamic = 'force-dynamic';

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="ru" className={FONTS}>
      <body>
        <Sprite />
        {children}
      </body>
    </html>
  );
}
