import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { requirePerson } from '@/lib/auth/session';
import { Automatic } from './automatic';
import { ByHand } from './by-hand';
import { Connect } from './connect';
import './help.css';
import { Keyboard } from './keyboard';
import { Law } from './law';
import { PrintButton } from './print-button';
import { Statuses } from './statuses';

export const metadata: Metadata = { title: 'Справка' };

/** Other pages lead to these anchors (`/help#connect`): they are addresses and must not change. */
const CONTENTS: readonly [id: string, title: string, parts: readonly (readonly [id: string, title: string])[]][] = [
  [
    'connect',
    'Как подключиться к\u00a0порталу',
    [
      ['gosuslugi', 'Вход через Госуслуги и\u00a0роли'],
      ['rights', 'Заявка на\u00a0права доступа'],
      ['employees', 'Идентификаторы сотрудников'],
      ['server', 'Что нужно на\u00a0сервере'],
      ['check', 'Настройки и\u00a0проверка связи'],
      ['notices', 'Письма портала о\u00a0новых запросах'],
    ],
  ],
  ['by-hand', 'Что идёт само, а\u00a0что только руками', []],
  ['automatic', 'Расписание и\u00a0автоответ', []],
  [
    'statuses',
    'Что значит каждый статус',
    [
      ['portal-statuses', 'Статусы портала'],
      ['lag', 'Почему портал отстаёт'],
    ],
  ],
  ['keyboard', 'Клавиши', []],
  ['law', 'Что говорит закон', []],
];

const SECTIONS: Record<string, () => ReactNode> = {
  connect: Connect,
  'by-hand': ByHand,
  automatic: Automatic,
  statuses: Statuses,
  keyboard: Keyboard,
  law: Law,
};

export default async function Help() {
  await requirePerson();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Справка</h1>
        <div className="sync">
          <PrintButton />
        </div>
      </div>
      <div className="help">
        <nav aria-label="Содержание">
          <ul>
            {CONTENTS.map(([id, title, parts]) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
                {parts.length > 0 && (
                  <ul>
                    {parts.map(([part, name]) => (
                      <li key={part}>
                        <a href={`#${part}`}>{name}</a>
                      </li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ul>
        </nav>
        <div>
          {CONTENTS.map(([id, title]) => {
            const Section = SECTIONS[id]!;
            return (
              <section key={id} aria-labelledby={id}>
                <h2 id={id}>{title}</h2>
                <Section />
              </section>
            );
          })}
        </div>
      </div>
    </main>
  );
}
