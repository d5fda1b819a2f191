import Link from 'next/link';
import type { ReactNode } from 'react';
import { plural } from '@/lib/calendar/plural';
import {
  answeredOf,
  averageOf,
  type Figure,
  OUTCOMES,
  receivedOf,
  type Statistics,
  sentOf,
  yesShareOf,
} from '@/lib/debt-requests/statistics';
import { OUTCOME_LABELS } from '@/lib/debt-requests/statistics-file';
import { FigureLink } from './figure-link';
import { Swatch } from './swatch';
import { averageInWords, percent } from './words';

/** The whole period: what became of its requests, and what is known of the answers. */
export function Facts({ statistics: { query, total, slowest } }: { statistics: Statistics }) {
  const { outcomes } = total;
  const received = receivedOf(outcomes);
  const sent = sentOf(outcomes);
  const of = { division: query.division, assignee: null };
  const link = (figure: Figure, count: number) => <FigureLink figure={figure} count={count} of={of} period={query} />;
  const average = averageOf(total);
  const share = yesShareOf(total);
  return (
    <div className="facts2">
      <table className="stat sums">
        <caption className="sr">Что стало с&nbsp;запросами этого периода</caption>
        <colgroup>
          <col />
          <col className="w-[80px]" />
          <col className="w-[72px]" />
        </colgroup>
        <tbody>
          <tr>
            <th scope="row">Поступило</th>
            <td>{link('received', received)}</td>
            <td />
          </tr>
          {OUTCOMES.map((outcome) => (
            <tr key={outcome}>
              <th scope="row">
                <Swatch outcome={outcome} /> {OUTCOME_LABELS[outcome]}
              </th>
              <td>{link(outcome, outcomes[outcome])}</td>
              <td className="q2">{percent.format(outcomes[outcome] / received)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div>
        <dl className="vitals two">
          <Fact label="Всего отвечено" value={link('answered', answeredOf(outcomes))}>
            {sent > 0 && <>через «Отклик»: {link('sent', sent)}</>}
          </Fact>
          <Fact label="«Да» среди отправленных через «Отклик»" value={share === null ? '—' : percent.format(share)}>
            {sent > 0 && (
              <>
                ответов «Да»: {link('yes', total.yes)} из&nbsp;{sent.toLocaleString('ru')}
              </>
            )}
          </Fact>
          <Fact label="Время ответа" value={average === null ? '—' : `в\u00a0среднем ${averageInWords(average)}`}>
            {slowest && total.worst !== null && (
              <>
                худшее&nbsp;— {total.worst}&nbsp;раб.&nbsp;{plural(total.worst, 'день', 'дня', 'дней')}, запрос{' '}
                <Link href={`/debt-requests/${slowest.id}`} prefetch={false} className="num">
                  {slowest.requestNumber}
                </Link>
              </>
            )}
          </Fact>
          <Fact label="Возвраты на&nbsp;доработку" value={total.returns.toLocaleString('ru')}>
            {total.returns > 0 && (
              <>
                по&nbsp;{total.returned.toLocaleString('ru')}&nbsp;
                {plural(total.returned, 'запросу', 'запросам', 'запросам')}
              </>
            )}
          </Fact>
        </dl>
        <p className="hint mt-2">
          Считаются запросы, которые видите вы; удалённых архивных среди них нет. Время&nbsp;— рабочие дни после дня
          направления запроса по&nbsp;день, когда портал принял ответ.
        </p>
      </div>
    </div>
  );
}

function Fact({ label, value, children }: { label: ReactNode; value: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
      {children && <dd>{children}</dd>}
    </div>
  );
}
