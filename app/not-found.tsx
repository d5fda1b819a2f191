import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="empty">
      <h1>Такой страницы нет</h1>
      <p className="mt-3">
        <Link href="/">На&nbsp;главную</Link>
      </p>
    </main>
  );
}
