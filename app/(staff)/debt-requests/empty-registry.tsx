import Link from 'next/link';
import type { Person } from '@/lib/auth/actor';
import { plural } from '@/lib/calendar/plural';
import { countDebtRequests, hasAnyRequest } from '@/lib/debt-requests/registry';
import type { RegistryQuery } from '@/lib/debt-requests/registry-query';
import { COUNT_LIMIT, countInWords } from '@/lib/paging';
import { type Condition, withoutConditions } from './conditions';
import { registryHref } from './registry-href';

interface EmptyRegistryProps {
  person: Person;
  query: RegistryQuery;
  conditions: Condition[];
  /** The hour of the daily receiving, «04:15». */
  syncAt: string;
  now: Date;
}

/** In place of the rows: the first run, or what was asked in words and what each removed condition would show. */
export async function EmptyRegistry({ person, query, conditions, syncAt, now }: EmptyRegistryProps) {
  if (!(await hasAnyRequest(person))) {
    return (
      <section className="empty">
        <h2>Запросов ещё нет</h2>
        <p className="q2 mt-1">
          Первая синхронизация&nbsp;— в&nbsp;ближайшие&nbsp;{syncAt}. Чтобы не&nbsp;ждать, нажмите «Получить запросы»:
          возьмём с&nbsp;портала запросы, которые соцзащита направила вашей организации. Страницу при этом можно
          закрыть.
        </p>
      </section>
    );
  }
  const narrowing = conditions.filter((condition) => condition.phrase !== null);
  const cleared = { ...query, page: 1, answered: true };
  const [counts, total, hidden] = await Promise.all([
    Promise.all(narrowing.map((condition) => countDebtRequests(person, condition.without, now))),
    countDebtRequests(person, withoutConditions(query), now),
    query.answered || query.status ? 0 : countDebtRequests(person, cleared, now),
  ]);
  return (
    <section className="empty">
      <h2>Ничего не&nbsp;найдено</h2>
      {narrowing.length > 0 ? (
        <>
          <p className="q2 mt-1">
            Нет запросов {narrowing.map((condition) => condition.phrase).join(' ')}. Если снять одно условие:
          </p>
          <ul>
            {narrowing.map((condition, i) => (
              <li key={condition.text}>
                <span>Без «{condition.text}»</span>
                <Found count={counts[i]!} href={registryHref(condition.without)} />
              </li>
            ))}
            {narrowing.length > 1 && (
              <li>
                <span>Без всех условий</span>
                <Found count={total} href={registryHref(withoutConditions(query))} />
              </li>
            )}
          </ul>
        </>
      ) : (
        <p className="q2 mt-1">Запросов, на&nbsp;которые ещё нужно ответить, нет.</p>
      )}
      {hidden > 0 && (
        <p className="q2 mt-4">
          Размещённые запросы скрыты: их&nbsp;{countInWords(hidden)}.{' '}
          <Link href={registryHref(query, { answered: true })}>Показывать размещённые</Link>
        </p>
      )}
    </section>
  );
}

function Found({ count, href }: { count: number; href: string }) {
  if (count === 0) return <span className="q2">тоже ничего</span>;
  return (
    <Link href={href}>
      показать {countInWords(count)}&nbsp;{plural(Math.min(count, COUNT_LIMIT), 'запрос', 'запроса', 'запросов')}
    </Link>
  );
}
