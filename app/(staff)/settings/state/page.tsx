import type { Metadata } from 'next';
import Link from 'next/link';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { formatMoment, formatMomentInWords, formatTime } from '@/lib/calendar/format';
import { plural } from '@/lib/calendar/plural';
import { EXCHANGE_STATES } from '@/lib/exchange/journal';
import { type Installation, type JobState, type PortalContact, type Queues, stateOf } from '@/lib/state/state';
import { FEW_BYTES, type Stuck } from '@/lib/state/stuck';
import { STATE_LABELS } from '../../exchange/exchange-words';
import { Refresh } from '../../exchange/refresh';
import { staffPage } from '../../staff-page';
import { Vital } from '../../vital';
import { AdminsOnly } from '../admins-only';
import { certificateTerm } from '../link-view';
import { SettingsTabs } from '../tabs';
import { bytesInWords, jobInWords, periodInWords, stuckInWords } from './state-words';

export const metadata: Metadata = { title: 'Состояние' };

export default staffPage('Состояние', async (person) => {
  const now = new Date();
  const state = await stateOf(person, now);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Состояние</h1>
        <p className="sync">показано на&nbsp;{formatTime(now)}, обновляется само</p>
      </div>
      <SettingsTabs current="state" />
      {state ? (
        <>
          <Refresh seconds={30} />
          <Vitals installation={state.installation} portal={state.portal} now={now} />
          <div className="pad max-w-[1000px] py-4">
            <section aria-labelledby="stuck">
              <h2 id="stuck" className="mb-2">
                Застряло{state.stuck.length > 0 && `: ${state.stuck.length}`}
              </h2>
              {state.stuck.length === 0 ? (
                <Note>
                  <p className="flex items-center gap-2 font-semibold">
                    <Icon name="answered" className="good" /> Всё в&nbsp;порядке
                  </p>
                  <p>Задания выполняются, ничего не&nbsp;застряло.</p>
                </Note>
              ) : (
                <StuckTable stuck={state.stuck} now={now} />
              )}
            </section>
            <section className="sec" aria-labelledby="queues">
              <h2 id="queues" className="mb-2">
                Очереди вашей организации
              </h2>
              <QueueFacts queues={state.queues} now={now} />
            </section>
            <section className="sec" aria-labelledby="jobs">
              <h2 id="jobs" className="mb-2">
                Задания по&nbsp;расписанию
              </h2>
              <JobTable jobs={state.installation.jobs} now={now} />
            </section>
            <section className="sec" aria-labelledby="installation">
              <h2 id="installation" className="mb-2">
                Программа и&nbsp;база
              </h2>
              <InstallationFacts installation={state.installation} />
            </section>
          </div>
        </>
      ) : (
        <AdminsOnly person={person} />
      )}
    </main>
  );
});

interface VitalsProps {
  installation: Installation;
  portal: PortalContact;
  now: Date;
}

function Vitals({ installation: { worker, disk }, portal, now }: VitalsProps) {
  const term = worker.certificateValidUntil && certificateTerm(worker.certificateValidUntil, now);
  const { answeredAt, failedAt, failure } = portal;
  const fails = failedAt !== null && (answeredAt === null || failedAt > answeredAt);
  return (
    <dl className="vitals">
      <Vital
        title="Обработка сообщений"
        shape={worker.alive ? 'answered' : 'send_failed'}
        label={worker.alive ? 'Работает' : 'Стоит'}
      >
        {worker.heartbeatAt ? `отозвалась ${formatMomentInWords(worker.heartbeatAt, now)}` : 'ещё не\u00a0запускалась'}
      </Vital>
      <Vital
        title="Портал"
        shape={fails ? 'send_failed' : answeredAt ? 'answered' : 'in_progress'}
        label={fails ? 'Не\u00a0отвечает' : answeredAt ? 'Отвечает' : 'Ещё не\u00a0спрашивали'}
      >
        {answeredAt && <span className="block">последний ответ {formatMomentInWords(answeredAt, now)}</span>}
        {failedAt && (
          <span className="block">
            последний сбой {formatMomentInWords(failedAt, now)}
            {fails && failure && `: ${failure}`}
          </span>
        )}
      </Vital>
      <Vital
        title="Сертификат подписи"
        shape={worker.keyProblem ? 'send_failed' : (term?.shape ?? 'in_progress')}
        label={worker.keyProblem ? 'Подписать нельзя' : (term?.label ?? 'Ещё не\u00a0проверен')}
      >
        {!worker.keyProblem && term?.left}
      </Vital>
      <Vital
        title="Место на диске"
        shape={disk && disk.freeBytes < FEW_BYTES ? 'send_failed' : disk ? 'answered' : 'in_progress'}
        label={disk ? `Свободно ${bytesInWords(disk.freeBytes)}` : 'Данные на\u00a0другом сервере'}
      >
        {disk && `из\u00a0${bytesInWords(disk.totalBytes)}`}
      </Vital>
    </dl>
  );
}

function StuckTable({ stuck, now }: { stuck: Stuck[]; now: Date }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region
    <section className="overflow-x-auto" tabIndex={0} aria-label="Что застряло">
      <table className="rows tall">
        <caption className="sr">Что застряло и&nbsp;что с&nbsp;этим делать</caption>
        <thead>
          <tr>
            <th scope="col">Что</th>
            <th scope="col">Что сделать</th>
          </tr>
        </thead>
        <tbody>
          {stuck.map((one) => {
            const { what, advice, link, problem } = stuckInWords(one, now);
            return (
              <tr key={JSON.stringify(one)}>
                <td>
                  <StatusMark shape="send_failed" label={what} />
                  {problem && <p className="verbatim mt-1">{problem}</p>}
                </td>
                <td>
                  {advice} {link && <Link href={link.href}>{link.label}</Link>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function QueueFacts({ queues, now }: { queues: Queues; now: Date }) {
  const works = [
    [queues.syncs, 'синхронизации'],
    [queues.imports, 'загрузки таблиц'],
    [queues.answerFiles, 'загрузки ответов'],
    [queues.exports, 'выгрузки'],
    [queues.erasures, 'удаление архивных запросов'],
  ] as const;
  const running = works.filter(([count]) => count > 0);
  return (
    <dl className="facts">
      <dt>Ответы</dt>
      <dd>
        {queues.waitingItems > 0 ? `ждут отправки: ${queues.waitingItems}` : 'все отданы в\u00a0обмен'}
        {queues.bulkItems > 0 && `; в\u00a0массовых действиях ещё ${queues.bulkItems}`}
      </dd>
      <dt>Сообщения</dt>
      <dd>
        {EXCHANGE_STATES.map((state) => `${STATE_LABELS[state].toLowerCase()}: ${queues.exchanges[state]}`).join(', ')}
      </dd>
      <dt>Самое старое</dt>
      <dd>
        {queues.oldestWaitingAt
          ? `поставлено ${formatMomentInWords(queues.oldestWaitingAt, now)}`
          : 'ничего не\u00a0ждёт портала'}
      </dd>
      <dt>Письма</dt>
      <dd>{queues.letters > 0 ? `ждут отправки: ${queues.letters}` : 'не\u00a0отправленных нет'}</dd>
      <dt>Сейчас идёт</dt>
      <dd>{running.length > 0 ? running.map(([count, label]) => `${label}: ${count}`).join(', ') : 'ничего'}</dd>
    </dl>
  );
}

function JobTable({ jobs, now }: { jobs: JobState[]; now: Date }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, scrollable region
    <section className="overflow-x-auto" tabIndex={0} aria-label="Таблица заданий">
      <table className="rows tall min-w-[640px]">
        <caption className="sr">Задания по&nbsp;расписанию и&nbsp;когда они последний раз выполнены</caption>
        <thead>
          <tr>
            <th scope="col">Задание</th>
            <th scope="col">Когда</th>
            <th scope="col">Начато</th>
            <th scope="col">Выполнено</th>
            <th scope="col">Состояние</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <td>{jobInWords(job.id)}</td>
              <td>{periodInWords(job)}</td>
              <td className="num">{job.lastStartedAt ? formatMoment(job.lastStartedAt, now) : '—'}</td>
              <td className="num">{job.lastSucceededAt ? formatMoment(job.lastSucceededAt, now) : '—'}</td>
              <td>
                <JobMark job={job} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function JobMark({ job: { late, lastError, lastSucceededAt } }: { job: JobState }) {
  if (late) return <StatusMark shape="send_failed" label={lastError ? `Опаздывает: ${lastError}` : 'Опаздывает'} />;
  if (lastError) return <StatusMark shape="rework" label={`Ошибка ${lastError}, повторим`} />;
  return lastSucceededAt ? (
    <StatusMark shape="answered" label="Вовремя" />
  ) : (
    <StatusMark shape="in_progress" label={'Ещё не\u00a0выполнялось'} />
  );
}

const ENGINES: Record<string, string> = { embedded: 'встроенное расписание', inngest: 'Inngest' };

function InstallationFacts({ installation }: { installation: Installation }) {
  const { version, commit, worker, database } = installation;
  const { missingMigrations: missing, unknownMigrations: unknown } = database;
  return (
    <dl className="facts">
      <dt>«Отклик»</dt>
      <dd>
        версия {version}
        {commit && `, сборка ${commit}`}
      </dd>
      <dt>Задания</dt>
      <dd>{worker.engine ? `запускает ${ENGINES[worker.engine] ?? worker.engine}` : 'ещё не\u00a0запускались'}</dd>
      <dt>PostgreSQL</dt>
      <dd>
        версия {database.version}, размер базы {bytesInWords(database.bytes)}
      </dd>
      <dt>Обновления базы</dt>
      <dd>
        {missing > 0
          ? `не\u00a0хватает ${missing}`
          : unknown > 0
            ? `база новее программы на\u00a0${unknown}\u00a0${plural(unknown, 'обновление', 'обновления', 'обновлений')}`
            : 'все установлены'}
      </dd>
    </dl>
  );
}
