import type { Shape } from '@/app/ui/sprite';
import { formatDate, formatMomentInWords } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { plural } from '@/lib/calendar/plural';
import type { ConnectionCheck } from '@/lib/staff/gis-settings';

/** State of the link with the portal in words: the page renders it, the poll brings it anew. */
export interface LinkView {
  key: { shape: Shape; label: string; left: string | null; warning: string | null };
  check: (Omit<ConnectionCheck, 'at'> & { when: string }) | null;
}

export function linkView(
  check: ConnectionCheck | null,
  key: { problem: string | null; validUntil: Date | null },
  now: Date,
): LinkView {
  return { key: keyInWords(key, now), check: check && checkInWords(check, now) };
}

function checkInWords({ at, ...check }: ConnectionCheck, now: Date): LinkView['check'] {
  return { ...check, when: formatMomentInWords(at, now) };
}

function keyInWords(key: { problem: string | null; validUntil: Date | null }, now: Date): LinkView['key'] {
  if (key.problem) return { shape: 'send_failed', label: 'Подписать нельзя', left: null, warning: key.problem };
  if (!key.validUntil) return { shape: 'in_progress', label: 'Ещё не\u00a0проверен', left: null, warning: null };
  return certificateTerm(key.validUntil, now);
}

/** How long the certificate serves; a warning 30, 7 and 1 days before its end. */
export function certificateTerm(validUntil: Date, now: Date): LinkView['key'] {
  const date = formatDate(moscowToday(validUntil));
  const days = Math.floor((validUntil.getTime() - now.getTime()) / 86_400_000);
  if (days < 0) {
    return {
      shape: 'send_failed',
      label: `Истёк ${date}`,
      left: null,
      warning: 'Ответы на\u00a0портал не\u00a0уходят. Поставьте новый сертификат и\u00a0перезапустите «Отклик».',
    };
  }
  const label = `Действует до\u00a0${date}`;
  const left = `осталось ${days}\u00a0${plural(days, 'день', 'дня', 'дней')}`;
  if (days > 30) return { shape: 'answered', label, left, warning: null };
  if (days > 7) {
    const warning = 'Закажите новый сертификат: его ещё нужно зарегистрировать на\u00a0портале.';
    return { shape: 'rework', label, left, warning };
  }
  const day = days === 0 ? 'Сертификат кончается сегодня' : days === 1 ? 'Сертификат кончается завтра' : null;
  return {
    shape: 'send_failed',
    label,
    left,
    warning: `${day ?? 'Сертификат скоро кончится'}: без нового ответы уходить перестанут.`,
  };
}
