/** What a page of Next costs when it shows nothing: ours stand beside it. */
export const dynamic = 'force-dynamic';

export default function Layout({ children }) {
  return (
    <html lang="ru">
      <body>{children}</body>
    </html>
  );
}
