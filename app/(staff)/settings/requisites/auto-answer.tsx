import Link from 'next/link';
import { Note } from '@/app/ui/note';
import type { Shape } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import type { Person } from '@/lib/auth/actor';
import { formatDate, formatMomentInWords, formatTime } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { type AutoRunView, listAutoRuns } from '@/lib/debt-requests/autoanswer';
import type { AutoAnswerView } from '@/lib/debt-requests/autoanswer-settings';
import { previewAutoAnswer } from '@/lib/debt-requests/autoanswer-settings';
import { AutoAnswerForm, PastOf, TomorrowLink } from './auto-answer-form';
import { StopRunButton } from './stop-run-button';

const STATES: Record<AutoRunView['state'], { shape: Shape; label: string }> = {
  waiting: { shape: 'in_progress', label: 'Ждёт' },
  running: { shape: 'sending', label: 'Идёт' },
  done: { shape: 'answered', label: 'Выполнен' },
  stopped: { shape: 'revoked', label: 'Прерван' },
  missed: { shape: 'expired', label: 'Не\u00a0состоялся' },
};

/** «Автоответ»: what it does now in one sentence, the form, and the days it has run. */
export async function AutoAnswer({ person, view, now }: { person: Person; view: AutoAnswerView; now: Date }) {
  const { settings, named, setBy, setAt } = view;
  const [seen, runs] = await Promise.all([previewAutoAnswer(person, settings, now, setAt), listAutoRuns(person, now)]);
  const preview = seen.ok ? seen.preview : null;
  return (
    <section className="grid max-w-[640px] gap-4 border-t border-line p-4" id="auto" aria-labelledby="auto-title">
      <h2 id="auto-title">Автоответ на&nbsp;запрос о&nbsp;задолженности</h2>
      <div className="grid gap-2">
        <p>
          {preview?.rule ?? 'Автоответ выключен: без человека не\u00a0уходит ничего.'}
          {setBy && setAt && (
            <span className="q2">
              {' '}
              Так решено {formatMomentInWords(setAt, now)}, {setBy}
            </span>
          )}
        </p>
        {preview && (
          <>
            <p>
              <TomorrowLink total={preview.total} day={preview.next.day} today={moscowToday(now)} />
            </p>
            {preview.next.waitsFor && (
              <Note kind="warn">
                Автоответ ждёт: {preview.next.waitsFor}. Он начнётся сразу после успешного получения.
              </Note>
            )}
            <PastOf past={preview.past} />
          </>
        )}
        <p className="q2">
          Автоответ не&nbsp;трогает то, над чем работали люди: черновик, возвращённый ответ, приложенный файл, отказ
          портала или «Да», которое ждёт подтверждения. Любой запрос можно удержать на&nbsp;его карточке или
          в&nbsp;«Радаре».
        </p>
      </div>
      {!named && (
        <Note kind="warn">
          Ответы уйдут от&nbsp;имени «Идентификатора исполнителя», а&nbsp;он не&nbsp;указан:{' '}
          <Link href="/settings">Связь с&nbsp;ГИС&nbsp;ЖКХ</Link>.
        </Note>
      )}
      <AutoAnswerForm initial={settings} />
      {runs.length > 0 && (
        <div>
          <h3>Прошлые запуски</h3>
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">День</th>
                <th scope="col">Состояние</th>
                <th scope="col">Отправлено</th>
                <th scope="col">
                  <span className="sr">Действие</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id}>
                  <td className="num">
                    {formatDate(run.day)}
                    {run.startedAt && ` ${formatTime(run.startedAt)}`}
                  </td>
                  <td>
                    <StatusMark {...STATES[run.state]} />
                  </td>
                  <td className="num">{run.sent}</td>
                  <td>
                    {(run.state === 'waiting' || run.state === 'running' || run.unsent > 0) && (
                      <StopRunButton
                        id={run.id}
                        label={
                          run.state === 'waiting'
                            ? 'Сегодня не\u00a0отправлять'
                            : run.unsent > 0
                              ? `Не\u00a0отправлять остальные: ${run.unsent}`
                              : 'Прервать'
                        }
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
