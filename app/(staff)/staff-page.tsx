import type { ReactElement, ReactNode } from 'react';
import type { Person } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { Soon } from '../ui/soon';

export type Params = Record<string, string | string[] | undefined>;

/**
 * A page for whoever is logged in: its frame and heading do not wait for what `render` asks the database. Such a page always
 * exists; where it may not, the page itself finds out first.
 */
export function staffPage(title: string, render: (person: Person, params: Params) => Promise<ReactElement>) {
  return async ({ searchParams }: { searchParams: Promise<Params> }) => {
    const person = await requirePerson();
    return <Soon content={render(person, await searchParams)} meanwhile={<Waiting title={title} />} />;
  };
}

/** A page that is still asked for: its heading, where it will stand. */
export function Waiting({ title }: { title: ReactNode }) {
  return (
    <main className="main waiting" id="main" tabIndex={-1}>
      <div className="head">
        <h1>{title}</h1>
      </div>
      <p className="pad q2" role="status">
        Собираем данные…
      </p>
    </main>
  );
}
