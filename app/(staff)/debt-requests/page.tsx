import type { Metadata } from 'next';
import Link from 'next/link';
import { Button } from '@/app/ui/button';
import { Icon } from '@/app/ui/sprite';
import { requirePerson } from '@/lib/auth/session';
import { plural } from '@/lib/calendar/plural';
import { hasAnyRequest, listDebtRequests, parseRegistryQuery, type RegistryQuery } from '@/lib/debt-requests/registry';
import { latestSync } from '@/lib/debt-requests/sync';
import { STATUS_LABELS, STATUSES } from '@/lib/debt-requests/workflow';
import { ReceivingHead } from '../receiving';
import { receivingView } from '../receiving-view';
import { registryHref } from './registry-href';
import { RegistryTable } from './registry-table';
import { registryView } from './registry-view';

export const metadata: Metadata = { title: 'Реестр запросов' };

type Params = Record<string, string | string[] | undefined>;

const FILTER_LABELS = { ...STATUS_LABELS, unmatched: 'Не сопоставлен', archived: 'Архивный' };
const FILTERS = ['unmatched', ...STATUSES, 'archived'] as const;

export default async function Registry({ searchParams }: { searchParams: Promise<Params> }) {
  const person = await requirePerson();
  const asked = parseRegistryQuery(await searchParams);
  const now = new Date();
  const [list, sync] = await Promise.all([listDebtRequests(person, asked, now), latestSync(person)]);
  const query = { ...asked, page: list.page };
  const view = registryView(list, now);
  const conditions = conditionsOf(query);

  return (
    <main className="main list" id="main" tabIndex={-1}>
      <ReceivingHead title="Запросы о&nbsp;задолженности" initial={receivingView(sync, now)} />
      {/* a plain form: it works without scripts and its address can be sent to a colleague */}
      <search aria-label="Отбор запросов">
        <form className="filters" method="get" action="/debt-requests">
          <div className="f">
            <label className="l" htmlFor="number">
              Номер запроса
            </label>
            <span className="withkey">
              <input
                className="in num"
                id="number"
                name="number"
                inputMode="numeric"
                autoComplete="off"
                maxLength={30}
                defaultValue={query.number}
                key={query.number}
              />
              <kbd>/</kbd>
            </span>
          </div>
          <div className="f">
            <label className="l" htmlFor="status">
              Статус запроса
            </label>
            <select className="in" id="status" name="status" defaultValue={query.status ?? ''} key={query.status}>
              <option value="">Все</option>
              {FILTERS.map((status) => (
                <option key={status} value={status}>
                  {FILTER_LABELS[status]}
                </option>
              ))}
            </select>
          </div>
          <label className="ck mb-1">
            <input
              type="checkbox"
              name="answered"
              value="1"
              defaultChecked={query.answered}
              key={String(query.answered)}
            />
            Показывать размещённые запросы
          </label>
          {query.size !== 20 && <input type="hidden" name="size" value={query.size} />}
          <Button type="submit">Найти</Button>
        </form>
      </search>
      {conditions.length > 0 && (
        <div className="acts">
          <ul className="chips" aria-label="Применённые условия">
            {conditions.map((condition) => (
              <li className="chip" key={condition.text}>
                <span>{condition.text}</span>
                <Link href={condition.without} aria-label={`Убрать условие «${condition.text}»`}>
                  <Icon name="close" size={10} />
                </Link>
              </li>
            ))}
            <li>
              <Link className="btn quiet sm" href="/debt-requests">
                Сбросить
              </Link>
            </li>
          </ul>
        </div>
      )}
      <RegistryTable
        view={view}
        query={query}
        empty={
          view.total > 0 ? null : (await hasAnyRequest(person)) ? (
            <NothingFound query={query} conditions={conditions} answered={list.counters.answered} />
          ) : (
            <FirstRun />
          )
        }
      />
    </main>
  );
}

interface Condition {
  text: string;
  /** Address of the list without it. */
  without: string;
}

function conditionsOf(query: RegistryQuery): Condition[] {
  return [
    query.number && { text: `Номер: ${query.number}`, without: registryHref(query, { number: '' }) },
    query.status && { text: FILTER_LABELS[query.status], without: registryHref(query, { status: null }) },
    query.answered && { text: 'Размещённые показаны', without: registryHref(query, { answered: false }) },
  ].filter((condition) => !!condition);
}

function FirstRun() {
  return (
    <section className="empty">
      <h2>Запросов ещё нет</h2>
      <p className="q2 mt-1">
        Нажмите «Получить запросы»: возьмём с&nbsp;портала запросы, которые соцзащита направила вашей организации.
        Страницу при этом можно закрыть.
      </p>
    </section>
  );
}

function NothingFound({
  query,
  conditions,
  answered,
}: {
  query: RegistryQuery;
  conditions: Condition[];
  answered: number;
}) {
  const hidden = !query.answered && query.status === null ? answered : 0;
  return (
    <section className="empty">
      <h2>Ничего не&nbsp;найдено</h2>
      {conditions.length > 0 ? (
        <>
          <p className="q2 mt-1">Нет запросов, для которых верно всё это. Можно снять условие:</p>
          <ul>
            {conditions.map((condition) => (
              <li key={condition.text}>
                <span>Без «{condition.text}»</span>
                <Link href={condition.without}>показать</Link>
              </li>
            ))}
            {conditions.length > 1 && (
              <li>
                <span>Без всех условий</span>
                <Link href="/debt-requests">показать</Link>
              </li>
            )}
          </ul>
        </>
      ) : (
        <p className="q2 mt-1">Запросов, на&nbsp;которые ещё нужно ответить, нет.</p>
      )}
      {hidden > 0 && (
        <p className="q2 mt-4">
          Размещённые запросы скрыты: {hidden}&nbsp;{plural(hidden, 'запрос', 'запроса', 'запросов')}.{' '}
          <Link href={registryHref(query, { answered: true })}>Показывать размещённые</Link>
        </p>
      )}
    </section>
  );
}
