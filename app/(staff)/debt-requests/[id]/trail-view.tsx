import Link from 'next/link';
import type { Condition, Trail } from '@/lib/court-cases/debt-rule';
import { rubles } from '@/lib/money';

const VERDICTS = { yes: 'Да', no: 'Нет', unclear: 'Решает человек' };

/** The conclusion first, then its proof: account, case, condition by condition. */
export function TrailView({ trail }: { trail: Trail }) {
  return (
    <div className="grid gap-2">
      <p>
        <b>{VERDICTS[trail.verdict]}.</b> {trail.reason}
        {trail.verdict === 'yes' && <> Остаток {rubles(trail.remainder)}.</>}
      </p>
      {trail.debtors.length > 0 && (
        <p>
          Должники:{' '}
          {trail.debtors
            .map(({ lastName, firstName, middleName }) => [lastName, firstName, middleName].filter(Boolean).join(' '))
            .join(', ')}
        </p>
      )}
      {trail.accounts.map((account) => (
        <div key={account.accountId}>
          <p>
            Лицевой счёт{' '}
            <Link className="num" href={`/accounts/${account.accountId}`} prefetch={false}>
              {account.number}
            </Link>
            {account.skipped ? `: ${account.skipped}` : account.cases.length === 0 && ': дел нет'}
          </p>
          {account.cases.map((one) => (
            <details key={one.caseId}>
              <summary>
                {one.title}: {VERDICTS[one.verdict].toLowerCase()}
              </summary>
              <ul className="pl-4">
                {one.conditions.map((condition) => (
                  <li key={condition.title}>
                    {condition.title}: {answerOf(condition)}. <span className="q2">{condition.fact}</span>
                  </li>
                ))}
                <li>
                  <Link href={`/court-cases/${one.caseId}`} prefetch={false}>
                    Открыть дело
                  </Link>
                </li>
              </ul>
            </details>
          ))}
        </div>
      ))}
    </div>
  );
}

const answerOf = ({ met }: Condition): string => (met === null ? 'неизвестно' : met ? 'да' : 'нет');
