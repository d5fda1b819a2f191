import Link from 'next/link';
import { Icon } from '@/app/ui/sprite';
import type { Place } from '@/lib/debt-requests/registry';
import { COUNT_LIMIT, countInWords } from '@/lib/paging';

/** «10 из 24» and the ways to both sides, within the filter of the registry that the address carries. */
export function Neighbours({ place, href }: { place: Place; href: (id: string) => string }) {
  return (
    <nav className="nav" aria-label="Соседние запросы">
      <Side id={place.previousId} href={href} label="Предыдущий, клавиша K" icon="up" />
      <span className="q2 nw">
        {place.position === null ? (
          <span title={`Запрос не\u00a0подходит под условия отбора. В\u00a0отборе: ${countInWords(place.total)}`}>
            вне отбора
          </span>
        ) : (
          <>
            {place.position > COUNT_LIMIT ? `дальше ${COUNT_LIMIT.toLocaleString('ru')}-го` : place.position}
            {place.total <= COUNT_LIMIT && <>&nbsp;из&nbsp;{place.total}</>}
          </>
        )}
      </span>
      <Side id={place.nextId} href={href} label="Следующий, клавиша J" icon="down" />
    </nav>
  );
}

interface SideProps {
  id: string | null;
  href: (id: string) => string;
  label: string;
  icon: 'up' | 'down';
}

function Side({ id, href, label, icon }: SideProps) {
  if (!id) {
    return (
      <span className="ic" title={`${label}: больше нет`}>
        <Icon name={icon} className="opacity-40" />
      </span>
    );
  }
  return (
    <Link className="ic" href={href(id)} prefetch={false} aria-label={label}>
      <Icon name={icon} />
    </Link>
  );
}
