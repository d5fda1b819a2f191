import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Icon } from '@/app/ui/sprite';
import { requirePerson } from '@/lib/auth/session';
import { formatDate } from '@/lib/calendar/format';
import { listCaseFiles } from '@/lib/court-cases/case-files';
import { KINDS } from '@/lib/court-cases/case-schema';
import { accountForCase, getCase, identityDocuments, mayKeepCases } from '@/lib/court-cases/cases';
import { rubles } from '@/lib/money';
import { CaseFormScreen } from '../case-form';
import { caseOf, peopleToTake } from '../case-view';
import { PaymentForm } from './payment-form';
import { Scans } from './scans';

export const metadata: Metadata = { title: 'Судебное дело' };

export default async function CourtCase({ params }: { params: Promise<{ id: string }> }) {
  const person = await requirePerson();
  const card = await getCase(person, (await params).id);
  if (!card) notFound();
  const { one, account, payments } = card;
  const [taken, files, identityTypes] = await Promise.all([
    accountForCase(person, account.id),
    listCaseFiles(one.id),
    identityDocuments(),
  ]);
  const people = taken?.people ?? [];
  const left = one.awarded === null ? null : one.awarded - one.collected;
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href={`/accounts/${account.id}`}>
          <Icon name="left" /> Лицевой счёт {account.number}
        </Link>
        <h1>
          {KINDS[one.kind as keyof typeof KINDS]} №&nbsp;<span className="num">{one.number}</span>
        </h1>
        {left !== null && (
          <p className="sync">
            Остаток <b className="num">{rubles(left)}</b>
          </p>
        )}
      </div>
      <CaseFormScreen
        // somebody else's save shows as it is, with nothing of one's own under it
        key={one.version}
        initial={caseOf(card)}
        people={peopleToTake(people)}
        identityTypes={identityTypes}
        mayKeep={mayKeepCases(person)}
      />
      <Scans caseId={one.id} files={files} mayKeep={mayKeepCases(person)} />
      <section className="pad grid gap-3 pb-5 max-w-[1000px]" aria-labelledby="payments">
        <h2 id="payments">Платежи: {payments.length}</h2>
        {payments.length > 0 && (
          <table className="rows">
            <thead>
              <tr>
                <th scope="col" className="w-[120px]">
                  Дата
                </th>
                <th scope="col" className="w-[160px]">
                  Сумма
                </th>
                <th scope="col">Комментарий</th>
              </tr>
            </thead>
            <tbody>
              {payments.map((payment) => (
                <tr key={payment.id}>
                  <td className="num">{formatDate(payment.paidOn)}</td>
                  <td className="num">{rubles(payment.sum)}</td>
                  <td>{payment.comment}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {mayKeepCases(person) && (left ?? 0) > 0 && (
          <PaymentForm key={one.version} caseId={one.id} version={one.version} />
        )}
      </section>
    </main>
  );
}
