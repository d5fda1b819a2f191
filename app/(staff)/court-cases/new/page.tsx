import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Icon } from '@/app/ui/sprite';
import { requirePerson } from '@/lib/auth/session';
import { accountForCase, identityDocuments, mayKeepCases } from '@/lib/court-cases/cases';
import { CaseFormScreen } from '../case-form';
import { emptyCase, peopleToTake } from '../case-view';

export const metadata: Metadata = { title: 'Новое дело' };

export default async function NewCase({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const person = await requirePerson();
  const { account: asked } = await searchParams;
  const account = typeof asked === 'string' && mayKeepCases(person) ? await accountForCase(person, asked) : null;
  if (!account) notFound();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href={`/accounts/${account.id}`}>
          <Icon name="left" /> Лицевой счёт {account.number}
        </Link>
        <h1>Новое дело</h1>
      </div>
      <CaseFormScreen
        initial={emptyCase(account.id)}
        people={peopleToTake(account.people)}
        identityTypes={await identityDocuments()}
        mayKeep
      />
    </main>
  );
}
