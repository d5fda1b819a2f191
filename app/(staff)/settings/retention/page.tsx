import type { Metadata } from 'next';
import { Progress } from '@/app/ui/progress';
import { requirePerson } from '@/lib/auth/session';
import { formatDate, formatMoment } from '@/lib/calendar/format';
import { addDays, moscowToday } from '@/lib/calendar/moscow';
import { type ErasureRow, listErasures } from '@/lib/debt-requests/erase';
import { Refresh } from '../../exchange/refresh';
import { AdminsOnly } from '../admins-only';
import { SettingsTabs } from '../tabs';
import { ErasureForm } from './erasure-form';

export const metadata: Metadata = { title: 'Хранение' };

export default async function Retention() {
  const person = await requirePerson();
  const rows = await listErasures(person);
  const now = new Date();
  const running = rows?.some(({ state }) => state === 'running') ?? false;
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Хранение</h1>
      </div>
      <SettingsTabs current="retention" />
      {running && <Refresh seconds={2} />}
      {rows ? (
        <div className="pad max-w-[800px] py-4">
          <h2>Удаление архивных запросов</h2>
          <p className="my-2">
            Архивный запрос&nbsp;— тот, крайний срок которого прошёл и&nbsp;с&nbsp;которым всё закончено. Когда
            персональные данные больше не&nbsp;нужны, такие запросы этой организации можно удалить. Отменить удаление
            нельзя.
          </p>
          <dl className="facts my-3">
            <dt>Удаляется</dt>
            <dd>
              запросы с&nbsp;адресами, ответы, должники, файлы, история и&nbsp;обоснования, уведомления; тексты
              сообщений, в&nbsp;которых уходили только эти ответы; все уже полученные от&nbsp;портала тексты
              со&nbsp;списками запросов; все готовые выгрузки и&nbsp;те&nbsp;загруженные файлы ответов, где были эти
              запросы
            </dd>
            <dt>Остаётся</dt>
            <dd>
              номер запроса, крайний срок, чем закончился и&nbsp;когда был принят ответ; записи о&nbsp;сообщениях
              портала без текста; журнал доступа; дома, лицевые счета и&nbsp;судебные дела; тексты сообщений, где есть
              ответы и&nbsp;на&nbsp;другие запросы,&nbsp;— пока не&nbsp;удалят и&nbsp;их
            </dd>
            <dt>После этого</dt>
            <dd>
              скачать подтверждение ответа будет нельзя. Удалённые запросы не&nbsp;загрузятся снова, даже если портал
              их&nbsp;ещё показывает
            </dd>
          </dl>
          <ErasureForm latest={addDays(moscowToday(now), -1)} running={running} />
          <section className="sec" aria-labelledby="journal">
            <h2 id="journal" className="mb-2">
              Что уже удаляли
            </h2>
            {rows.length === 0 ? <p className="q2">Ничего не&nbsp;удаляли.</p> : <Journal rows={rows} now={now} />}
          </section>
        </div>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
}

function Journal({ rows, now }: { rows: ErasureRow[]; now: Date }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region
    <section className="overflow-x-auto" tabIndex={0} aria-label="Удаления архивных запросов">
      <table className="rows tall">
        <caption className="sr">Удаления архивных запросов, сначала новые</caption>
        <thead>
          <tr>
            <th scope="col" className="w-[140px]">
              Когда
            </th>
            <th scope="col" className="w-[140px]">
              Кто
            </th>
            <th scope="col" className="w-[180px]">
              Крайний срок
            </th>
            <th scope="col" className="w-[130px]">
              Удалено запросов
            </th>
            <th scope="col">Состояние</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="num">{formatMoment(row.startedAt, now)}</td>
              <td>{row.startedBy}</td>
              <td className="num">
                {formatDate(row.from)}–{formatDate(row.to)}
              </td>
              <td className="num">{row.erased === row.total ? row.erased : `${row.erased} из\u00a0${row.total}`}</td>
              <td>
                {row.state === 'running' ? (
                  <span role="status">
                    <Progress share={row.erased / row.total} label="Удаление" /> Идёт
                  </span>
                ) : (
                  <>
                    Закончено {row.finishedAt && formatMoment(row.finishedAt, now)}
                    {row.erased < row.total && <span className="q2">; остальные за&nbsp;это время изменились</span>}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
