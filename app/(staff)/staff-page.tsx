import type { ReactElement } from 'react';
import type { Person } from '@/lib/auth/actor';
import { requirePerson } from '@/lib/auth/session';
import { Soon } from '../ui/soon';

type Params = Record<string, string | string[] | undefined>;

/**
 * A page for whoever is logged in: its frame and heading do not wait for what `render` asks the database. `render`
 * never says notFound: by then the status of the response may have gone. What of it is asynchronous it awaits itself: without
 * scripts only what comes in one piece gets to its place.
 */
export function staffPage(title: string, render: (person: Person, params: Params) => Promise<ReactElement>) {
  return async ({ searchParams }: { searchParams: Promise<Params> }) => {
    const person = await requirePerson();
    return <Soon content={render(person, await searchParams)} meanwhile={<Waiting title={title} />} />;
  };
}

/** A page that is still asked for: its heading, where it will stand. */
function Waiting({ title }: { title: string }) {
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
