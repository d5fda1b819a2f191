import Link from 'next/link';
import { formatDate } from '@/lib/calendar/format';
import { DECISIONS, KINDS } from '@/lib/court-cases/case-schema';
import type { CaseRow } from '@/lib/court-cases/cases';
import { rubles } from '@/lib/money';

type Row = Pick<
  CaseRow,
  'id' | 'kind' | 'number' | 'filedOn' | 'decision' | 'awarded' | 'collected' | 'cancelledOn' | 'paidOn'
> &
  Partial<Pick<CaseRow, 'accountId' | 'accountNumber' | 'respondents'>>;

/** Court cases as rows; with the account and the respondents where the list is not of one account. */
export function CasesTable({ rows }: { rows: Row[] }) {
  const withAccount = rows.some((row) => row.accountId);
  return (
    <table className="rows tall">
      <caption className="sr">Судебные дела</caption>
      <thead>
        <tr>
          <th scope="col" className="w-[150px]">
            Номер
          </th>
          <th scope="col" className="w-[150px]">
            Вид
          </th>
          <th scope="col" className="w-[100px]">
            Дата
          </th>
          {withAccount && (
            <>
              <th scope="col" className="w-[120px]">
                Лицевой счёт
              </th>
              <th scope="col">Ответчики</th>
            </>
          )}
          <th scope="col" className="w-[190px]">
            Решение
          </th>
          <th scope="col" className="w-[130px]">
            Присуждено
          </th>
          <th scope="col" className="w-[130px]">
            Остаток
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className="no num">
              <Link href={`/court-cases/${row.id}`} prefetch={false}>
                {row.number}
              </Link>
            </td>
            <td>{KINDS[row.kind as keyof typeof KINDS]}</td>
            <td className="num">{formatDate(row.filedOn)}</td>
            {withAccount && (
              <>
                <td className="num">
                  <Link href={`/accounts/${row.accountId}`} prefetch={false}>
                    {row.accountNumber}
                  </Link>
                </td>
                <td>{row.respondents || <span className="warn">не&nbsp;указаны</span>}</td>
              </>
            )}
            <td>{decisionInWords(row)}</td>
            <td className="num">{row.awarded === null ? '' : rubles(row.awarded)}</td>
            <td className="num">
              {row.awarded === null || row.cancelledOn || row.paidOn ? '' : rubles(row.awarded - row.collected)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function decisionInWords({ decision, cancelledOn, paidOn }: Row) {
  if (cancelledOn) return `Отменено ${formatDate(cancelledOn)}`;
  if (paidOn) return `Погашено ${formatDate(paidOn)}`;
  return decision ? DECISIONS[decision as keyof typeof DECISIONS] : <span className="q2">решения нет</span>;
}
