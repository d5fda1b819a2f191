'use client';

import { Button } from '@/app/ui/button';

/** What nobody expected on a page: the frame stays, the log of the server knows more under the digest. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="empty">
        <h1>Страница не&nbsp;открылась</h1>
        <p className="q2 mt-1">
          Ошибка в&nbsp;программе или нет связи с&nbsp;базой данных. Сохранённые ответы на&nbsp;месте. Повторите через
          минуту; если не&nbsp;поможет, сообщите администратору{error.digest ? ` номер ошибки ${error.digest}` : ''}.
        </p>
        <p className="mt-3">
          <Button onClick={reset}>Повторить</Button>
        </p>
      </div>
    </main>
  );
}
