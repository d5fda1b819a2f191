'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Button } from '@/app/ui/button';
import { KeptScroll } from '@/app/ui/kept-scroll';
import { Pager } from '@/app/ui/pager';
import type { Colleague } from '@/lib/debt-requests/assign';
import type { BulkPreview } from '@/lib/debt-requests/bulk';
import { PAGE_SIZES, type RegistryQuery, registryParams } from '@/lib/debt-requests/registry-query';
import { COUNT_LIMIT } from '@/lib/paging';
import { usePolling } from '../use-polling';
import { BulkDialog } from './bulk-dialog-later';
import { type BulkSelection, type BulkTask, fetchPreview } from './bulk-preview';
import { BulkProgress } from './bulk-progress';
import type { BulkWork } from './bulk-work';
import { Counters } from './counters';
import type { ColumnChoice } from './registry-columns';
import { type RegistryView, type RowView, registryHref } from './registry-href';
import { RegistryTable } from './registry-table';
import { useSelection } from './use-selection';

interface RegistryScreenProps {
  view: RegistryView;
  query: RegistryQuery;
  columns: ColumnChoice;
  /** Without accounts nothing fills itself in. */
  keepsAccounts: boolean;
  /** Whose name the answers go in, and why they cannot. */
  sender: { name: string; obstacle: string | null };
  /** Whom this person may delegate to; empty for those who may not. */
  colleagues: readonly Colleague[];
  today: string;
  work: BulkWork | null;
  filters: ReactNode;
  /** Applied conditions; how many. */
  chips: ReactNode;
  /** «Столбцы», «Сохранённые отборы». */
  menus: ReactNode;
  /** Stands in place of the rows when there are none. */
  empty: ReactNode;
}

/** What /api/debt-requests answers: the same list now, and the rows of the screen that left it. */
interface LiveAnswer extends RegistryView {
  gone: RowView[];
}

/**
 * The registry under its head: mass work, filter, rows, status bar. Rows change in place; what is new is announced and
 * waits for «Показать», so nothing jumps under the hand.
 */
export function RegistryScreen({
  view,
  query,
  columns,
  keepsAccounts,
  sender,
  colleagues,
  today,
  work: initialWork,
  filters,
  chips,
  menus,
  empty,
}: RegistryScreenProps) {
  const router = useRouter();
  const [live, setLive] = useState<{ of: RegistryView; answer: LiveAnswer } | null>(null);
  const [polledWork, setPolledWork] = useState<{ from: BulkWork | null; work: BulkWork | null } | null>(null);
  const [task, setTask] = useState<BulkTask | null>(null);
  // what the server rendered last wins over what was polled before it
  const work = polledWork && polledWork.from === initialWork ? polledWork.work : initialWork;
  // the rows of a work that has just ended are read once more at once
  const [ended, setEnded] = useState(false);
  const setWork = (next: BulkWork | null) => {
    if (work?.live && !next?.live) setEnded(true);
    setPolledWork({ from: initialWork, work: next });
  };
  const answer = live && live.of === view ? live.answer : null;
  const shown = useMemo(() => {
    const fresh = new Map([...(answer?.gone ?? []), ...(answer?.rows ?? [])].map((row) => [row.id, row]));
    return view.rows.map((row) => fresh.get(row.id) ?? row);
  }, [view, answer]);
  const counters = answer?.counters ?? view.counters;
  const total = answer?.total ?? view.total;
  const unseen = answer ? answer.rows.filter((row) => !view.rows.some(({ id }) => id === row.id)).length : 0;

  const ids = view.rows.map((row) => row.id);
  const params = registryParams(query).toString();
  usePolling<LiveAnswer>(
    `/api/debt-requests?${params}&ids=${ids.join(',')}`,
    ended ? 1 : work?.live || shown.some((row) => row.status === 'sending') ? 3 : 15,
    (next) => {
      setEnded(false);
      // nothing to disturb in an empty list
      if (view.rows.length === 0 && next.rows.length > 0) router.refresh();
      else setLive({ of: view, answer: next });
    },
  );

  const selection = useSelection(params, ids);
  const chosen = selection.everything ? total : selection.ids.length;
  const listFilter = registryParams({ ...query, page: 1 }).toString();
  const asked: BulkSelection = selection.everything ? { filter: listFilter } : { ids: selection.ids };
  const preview = useSendable(chosen > 0 ? asked : null, shown);
  const sendable = preview ? preview.yes + preview.no : null;
  const fresh: BulkSelection = { filter: registryParams({ ...query, status: 'new', page: 1 }).toString() };
  const ready: BulkSelection = { filter: registryParams({ ...query, status: 'ready', page: 1 }).toString() };

  return (
    <>
      <BulkProgress work={work} onWork={setWork} />
      {filters}
      <div className="acts">
        {chips}
        <div className="right scripted">
          {chosen > 0 ? (
            <section className="bulk" aria-label="Действия с&nbsp;выбранными">
              <span className="count" role="status">
                Выбрано {chosen}
              </span>
              <Button small kind="quiet" aria-label="Снять выбор" onClick={selection.clear}>
                Снять
              </Button>
              {!selection.everything &&
                selection.ids.length === ids.length &&
                total > ids.length &&
                total <= COUNT_LIMIT && (
                  <Button small kind="quiet" onClick={selection.takeEverything}>
                    Выбрать все {total} по&nbsp;отбору
                  </Button>
                )}
              {colleagues.length > 0 && (
                <Button small onClick={() => setTask({ action: 'delegate', selection: asked })}>
                  Делегировать
                </Button>
              )}
              {keepsAccounts && (
                <Button small onClick={() => setTask({ action: 'fill', selection: asked })}>
                  Заполнить
                </Button>
              )}
              <Button small onClick={() => setTask({ action: 'fillNo', selection: asked })}>
                Заполнить «Нет»
              </Button>
              <Button small onClick={() => setTask({ action: 'markReady', selection: asked })}>
                Готов к&nbsp;отправке
              </Button>
              <Button
                small
                kind={sendable === 0 ? 'plain' : 'main'}
                onClick={() => setTask({ action: 'send', selection: asked })}
              >
                Отправить ответы{' '}
                {sendable !== null && (
                  <span className="n">
                    {sendable}&nbsp;из&nbsp;{chosen}
                  </span>
                )}
              </Button>
            </section>
          ) : (
            <>
              {keepsAccounts && counters.new > 0 && (
                <Button small onClick={() => setTask({ action: 'fill', selection: fresh })}>
                  Заполнить ответы <span className="n q2">{counters.new}&nbsp;новых</span>
                </Button>
              )}
              {counters.ready > 0 && (
                <>
                  {sender.obstacle && (
                    <span className="q2" id="no-sending">
                      {sender.obstacle}
                    </span>
                  )}
                  <Button
                    small
                    kind={sender.obstacle ? 'plain' : 'main'}
                    unavailable={sender.obstacle !== null}
                    aria-describedby={sender.obstacle ? 'no-sending' : undefined}
                    onClick={() => setTask({ action: 'send', selection: ready })}
                  >
                    Отправить ответы <span className="n">{counters.ready} готовых</span>
                  </Button>
                </>
              )}
              {menus}
            </>
          )}
        </div>
      </div>
      <div className="wrap" tabIndex={-1}>
        <KeptScroll />
        <p className="sr" role="status">
          {unseen > 0 && `Появились другие запросы: ${unseen}`}
        </p>
        {unseen > 0 && (
          <p className="news">
            Появились другие запросы: {unseen}{' '}
            <Button small kind="quiet" onClick={() => router.refresh()}>
              Показать
            </Button>
          </p>
        )}
        {empty ?? (
          <RegistryTable
            rows={shown}
            query={query}
            columns={columns}
            keepsAccounts={keepsAccounts}
            selection={selection}
          />
        )}
      </div>
      <footer className="foot">
        <Counters counters={counters} query={query} />
        <Pager
          total={Math.min(view.total, COUNT_LIMIT)}
          more={view.total > COUNT_LIMIT}
          page={query.page}
          size={query.size}
          sizes={PAGE_SIZES}
          href={(page, size) => registryHref(query, { page, size: size as RegistryQuery['size'] })}
        />
      </footer>
      <BulkDialog
        task={task}
        sendsAs={sender.name}
        colleagues={colleagues}
        today={today}
        onClose={() => setTask(null)}
        onStarted={(id) => {
          setTask(null);
          selection.clear();
          setWork({
            id,
            running: true,
            stopping: false,
            live: true,
            title: 'Начинаем',
            share: 0,
            figures: '',
            kind: 'plain',
          });
        }}
      />
    </>
  );
}

/** How many of the chosen would go; null until the server said. */
function useSendable(selection: BulkSelection | null, rows: readonly RowView[]): BulkPreview | null {
  const asked = selection && JSON.stringify(selection);
  // a status that changed under the choice changes the number too
  const key = `${asked} ${rows.map((row) => row.status).join()}`;
  const [known, setKnown] = useState<{ key: string; preview: BulkPreview | null } | null>(null);
  useEffect(() => {
    if (!asked) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      fetchPreview({ action: 'send', selection: JSON.parse(asked) }, stop.signal).then(
        (answer) => !stop.signal.aborted && setKnown({ key, preview: 'stamp' in answer ? answer : null }),
        // no connection: the dialog says so when it is opened
        () => {},
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, key]);
  return known && known.key === key ? known.preview : null;
}
