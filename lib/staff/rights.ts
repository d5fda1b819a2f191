import { hasRole, type Person } from '@/lib/auth/actor';
import {
  ACTION_LABELS,
  ACTIONS,
  type Action,
  type Relation,
  ruleOf,
  STATUS_LABELS,
  type Status,
} from '@/lib/debt-requests/workflow';

/** «Кто что может», generated from the table that the verbs enforce: the page cannot say anything else. */

export const RELATION_LABELS: Record<Relation, string> = {
  staff: 'исполнитель или руководитель подразделения',
  assignee: 'исполнитель запроса',
  responsible: 'ответственный, руководитель подразделения',
  admin: 'администратор',
  signer: 'кто может отправлять',
  clerk: 'служба работы с\u00a0должниками',
  system: 'сама программа',
};

const NEEDS: Record<string, string> = {
  completeAnswer: 'ответ заполнен полностью',
  canSend: 'право отправлять и\u00a0идентификатор сотрудника в\u00a0ГИС\u00a0ЖКХ',
  beforeDeadline: 'срок не\u00a0истёк',
  unverified: '«Да» ждёт подтверждения',
  verified: '«Да» подтверждено, если это требуется',
  noAssignee: 'исполнителя ещё нет',
  comment: 'комментарий',
  assignee: 'исполнитель',
};

export interface Right {
  action: Action;
  label: string;
  who: Relation[];
  from: Status[];
  to: Status[];
  needs: string[];
  /** «из „Подготовлен“ и „Готов“ — только …» */
  exception: string | null;
}

/** The whole table, row by row, in the order of the work. */
export function rightsTable(): Right[] {
  return ACTIONS.map((action) => {
    const rule = ruleOf(action);
    return {
      action,
      label: ACTION_LABELS[action],
      who: [...rule.who],
      from: [...rule.from],
      to: [...rule.to],
      needs: rule.needs.map((need) => NEEDS[need] ?? need),
      exception: rule.onlyFrom
        ? `из\u00a0состояний ${rule.onlyFrom.from.map((status) => `«${STATUS_LABELS[status]}»`).join(', ')}\u00a0— только ${rule.onlyFrom.who.map((who) => RELATION_LABELS[who]).join('; ')}`
        : null,
    };
  });
}

/** What this person sees and why: the words of `visibleTo`. */
export function visibilityInWords(person: Person): string {
  if (hasRole(person, 'admin', 'debt_clerk')) return 'Вы видите все запросы организации.';
  if (hasRole(person, 'head')) {
    return person.divisionIds === null
      ? 'Вы видите все запросы организации.'
      : 'Вы видите запросы своего подразделения, вложенных в\u00a0него и\u00a0то, что поручено вам.';
  }
  return person.divisionIds === null
    ? 'Вы видите запросы, которые поручены вам, и\u00a0те, у\u00a0которых ещё нет исполнителя.'
    : 'Вы видите запросы, которые поручены вам, и\u00a0те в\u00a0вашем подразделении, у\u00a0которых ещё нет исполнителя.';
}
