import { Note } from '@/app/ui/note';
import type { Person } from '@/lib/auth/actor';
import { listAdmins } from '@/lib/staff/gis-settings';

/** In place of a page of settings, for those who may not see it: who may. */
export async function AdminsOnly({ person }: { person: Person }) {
  const admins = await listAdmins(person);
  return (
    <div className="pad py-3">
      <Note className="max-w-[640px]">
        {admins.length > 0
          ? // no full stop: the initials end with one
            `Эти настройки видит и\u00a0меняет администратор: ${admins.join(', ')}`
          : 'Эти настройки видит и\u00a0меняет администратор, а\u00a0его в\u00a0организации пока нет.'}
      </Note>
    </div>
  );
}
