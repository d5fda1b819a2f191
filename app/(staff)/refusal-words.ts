import type { Refusal } from '@/lib/errors';

/** What a refused verb says to a person where the verb itself has no sentence. */
export function refusalInWords(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'notFound':
      return 'Этого больше нет, или это перешло к\u00a0другому сотруднику. Вернитесь в\u00a0реестр.';
    case 'unauthenticated':
      return 'Сеанс закончился. Войдите снова, введённое останется на\u00a0месте.';
    default:
      return refusal.message;
  }
}
