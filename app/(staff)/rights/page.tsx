import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';
import { sendingObstacle } from '@/lib/debt-requests/transition';
import { OPEN, ROLE_LABELS, STATUS_LABELS, type Status } from '@/lib/debt-requests/workflow';
import { RELATION_LABELS, rightsTable, visibilityInWords } from '@/lib/staff/rights';

export const metadata: Metadata = { title: 'Кто что может' };

export default async function Rights() {
  const person = await requirePerson();
  const rights = rightsTable();
  const byPeople = rights.filter((right) => right.who.some((who) => who !== 'system'));
  const bySystem = rights.filter((right) => right.who.every((who) => who === 'system'));
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Кто что может</h1>
      </div>
      <div className="pad grid gap-4 py-3">
        <section aria-labelledby="own">
          <h2 id="own">Вы</h2>
          <p>
            {person.name} Роли: {person.roles.map((role) => ROLE_LABELS[role]).join(', ')}. {visibilityInWords(person)}{' '}
            {sendingObstacle(person) ?? 'Вы можете подписывать и\u00a0отправлять ответы.'}
            {person.standsInFor.length > 0 && ` Замещаете отсутствующих: ${person.standsInFor.length}.`}
          </p>
        </section>
        <section aria-labelledby="people">
          <h2 id="people">Что делают люди</h2>
          <p className="q2 mb-2 max-w-[720px]">
            Таблица строится из&nbsp;тех&nbsp;же правил, по&nbsp;которым программа разрешает и&nbsp;отказывает. Открытые
            состояния: {OPEN.map((status) => STATUS_LABELS[status]).join(', ')}.
          </p>
          <Table rights={byPeople} />
        </section>
        <section aria-labelledby="other">
          <h2 id="other">Другие права</h2>
          <ul className="list-disc pl-5">
            <li>Получать запросы, повторять обмен, сохранять отборы&nbsp;— каждый сотрудник.</li>
            <li>Видеть тексты сообщений портала&nbsp;— администратор.</li>
            <li>Сотрудники, подразделения, связь с&nbsp;порталом, журнал доступа&nbsp;— администратор.</li>
            <li>
              Лицевые счета и&nbsp;судебные дела видит каждый сотрудник в&nbsp;пределах домов своего подразделения;
              ведут их&nbsp;служба работы с&nbsp;должниками и&nbsp;администратор.
            </li>
            <li>
              Сопоставлять запрос с&nbsp;помещением&nbsp;— кто готовит ответ, служба работы с&nbsp;должниками,
              администратор.
            </li>
            <li>Скачивать файлы и&nbsp;подтверждения&nbsp;— кто видит запрос.</li>
          </ul>
        </section>
        <section aria-labelledby="system">
          <h2 id="system">Что происходит само</h2>
          <Table rights={bySystem} />
        </section>
      </div>
    </main>
  );
}

const isAllOpen = (from: readonly Status[]) =>
  from.length === OPEN.length && OPEN.every((status) => from.includes(status));

function Table({ rights }: { rights: ReturnType<typeof rightsTable> }) {
  const names = (statuses: readonly Status[]) =>
    isAllOpen(statuses) ? 'любое открытое' : statuses.map((status) => STATUS_LABELS[status]).join(', ');
  return (
    <table className="rows tall">
      <thead>
        <tr>
          <th scope="col">Действие</th>
          <th scope="col">Кто</th>
          <th scope="col">Из&nbsp;состояния</th>
          <th scope="col">Становится</th>
          <th scope="col">Что нужно</th>
        </tr>
      </thead>
      <tbody>
        {rights.map(({ action, label, who, from, to, needs, exception }) => (
          <tr key={action}>
            <th scope="row">{label}</th>
            <td>
              {who.map((one) => RELATION_LABELS[one]).join('; ')}
              {exception && <span className="q2 block">{exception}</span>}
            </td>
            <td>{names(from)}</td>
            <td>{names(to)}</td>
            <td>{needs.join(', ') || '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
