import type { Metadata } from 'next';
import { requirePerson } from '@/lib/auth/session';

export const metadata: Metadata = { title: 'Справка' };

export default async function Help() {
  await requirePerson();
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="head">
        <h1>Справка</h1>
      </div>
    </main>
  );
}
