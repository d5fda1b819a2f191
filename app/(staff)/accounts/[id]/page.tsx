import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Icon } from '@/app/ui/sprite';
import { getAccount } from '@/lib/accounts/accounts';
import { requirePerson } from '@/lib/auth/session';
import { formatDate } from '@/lib/calendar/format';
import { mayKeepCases } from '@/lib/court-cases/cases';
import { rubles } from '@/lib/money';
import { formatSnils } from '@/lib/snils';
import { CasesTable } from '../../court-cases/cases-table';

export const metadata: Metadata = { title: 'Лицевой счёт' };

const PERSON_KINDS: Record<string, string> = { owner: 'собственник', resident: 'жилец', payer: 'плательщик' };

/** An account: where it is, whose, what is owed, and its court cases. */
export default async function Account({ params }: { params: Promise<{ id: string }> }) {
  const person = await requirePerson();
  const account = await getAccount(person, (await params).id);
  if (!account) notFound();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <Link className="btn quiet sm flush" href="/accounts">
          <Icon name="left" /> Лицевые счета
        </Link>
        <h1>
          Лицевой счёт <span className="num">{account.number}</span>
        </h1>
      </div>
      <div className="pad grid gap-5 pb-5">
        <dl className="facts">
          <dt>Помещение</dt>
          <dd>
            {account.places.length === 0
              ? 'не\u00a0указано'
              : account.places.map((place) => (
                  <span className="block" key={JSON.stringify(place)}>
                    {place.address}
                    {place.kind !== 'house' && `, ${premisesInWords(place)}`}
                  </span>
                ))}
          </dd>
          <dt>ЕЛС</dt>
          <dd className="num">{account.unifiedAccountNumber ?? 'нет'}</dd>
          <dt>Идентификатор ЖКУ</dt>
          <dd className="num">{account.serviceId ?? 'нет'}</dd>
          <dt>Открыт</dt>
          <dd>{account.openedOn ? formatDate(account.openedOn) : 'не\u00a0указано'}</dd>
          <dt>Закрыт</dt>
          <dd>{account.closedOn ? formatDate(account.closedOn) : 'нет'}</dd>
          <dt>Площадь</dt>
          <dd>{account.area ? `${account.area.replace('.', ',')}\u00a0м²` : 'не\u00a0указана'}</dd>
        </dl>
        <section aria-labelledby="cases">
          <div className="flex items-center gap-4 pb-2">
            <h2 id="cases">Судебные дела: {account.cases.length}</h2>
            {mayKeepCases(person) && (
              <Link className="btn sm" href={`/court-cases/new?account=${account.id}`}>
                Добавить дело
              </Link>
            )}
          </div>
          {account.cases.length > 0 ? (
            <CasesTable rows={account.cases} />
          ) : (
            <p className="q2">Дел по&nbsp;этому счёту нет.</p>
          )}
        </section>
        <section aria-labelledby="people">
          <h2 className="pb-2" id="people">
            Собственники и&nbsp;жильцы: {account.people.length}
          </h2>
          {account.people.length > 0 && (
            <table className="rows">
              <thead>
                <tr>
                  <th scope="col">Кто</th>
                  <th scope="col" className="w-[120px]">
                    Кем приходится
                  </th>
                  <th scope="col" className="w-[120px]">
                    Родился
                  </th>
                  <th scope="col" className="w-[150px]">
                    СНИЛС
                  </th>
                </tr>
              </thead>
              <tbody>
                {account.people.map((one) => (
                  <tr key={one.id}>
                    <td>
                      {one.organizationName ?? [one.lastName, one.firstName, one.middleName].filter(Boolean).join(' ')}
                    </td>
                    <td>{PERSON_KINDS[one.kind]}</td>
                    <td className="num">{one.birthDate && formatDate(one.birthDate)}</td>
                    <td className="num">{one.snils && formatSnils(one.snils)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
        <section aria-labelledby="balances">
          <h2 className="pb-2" id="balances">
            Остатки по&nbsp;начислениям
          </h2>
          {account.balances.length === 0 ? (
            <p className="q2">Остатки не&nbsp;загружены. На&nbsp;ответ порталу они не&nbsp;влияют.</p>
          ) : (
            <table className="rows">
              <thead>
                <tr>
                  <th scope="col" className="w-[120px]">
                    На&nbsp;дату
                  </th>
                  <th scope="col" className="w-[160px]">
                    Задолженность
                  </th>
                  <th scope="col">Месяцев</th>
                </tr>
              </thead>
              <tbody>
                {account.balances.map((balance) => (
                  <tr key={balance.asOf}>
                    <td className="num">{formatDate(balance.asOf)}</td>
                    <td className="num">{rubles(balance.sum)}</td>
                    <td className="num">{balance.months}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      </div>
    </main>
  );
}

const PLACE_WORDS: Record<string, string> = { flat: 'кв.', room: 'кв.', block: 'блок', nonresidential: 'пом.' };

function premisesInWords({ kind, number, room }: { kind: string; number: string; room: string }): string {
  return [number && `${PLACE_WORDS[kind] ?? ''} ${number}`, room && `комн. ${room}`].filter(Boolean).join(', ');
}
