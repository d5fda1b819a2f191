import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="empty">
        <h1>Здесь ничего нет</h1>
        <p className="q2 mt-1">
          Страница убрана, её адрес набран с&nbsp;ошибкой или она открыта не&nbsp;для&nbsp;вашей организации.
        </p>
        <p className="mt-3">
          <Link href="/debt-requests">Реестр запросов</Link>
        </p>
      </div>
    </main>
  );
}
