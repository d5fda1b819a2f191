import '@fontsource-variable/golos-text/index.css';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import './globals.css';
import { Sprite } from './ui/sprite';

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
    <html lang="ru">
      <body>
        <Sprite />
        {children}
      </body>
    </html>
  );
}
