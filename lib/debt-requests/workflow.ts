/**
 * The workflow of a debt request as one table: who may do what from where (README, «Statuses»).
 * Pure data and pure functions: pages render it, `transition.ts` enforces it, a test walks the whole cube.
 * The portal's own statuses are other columns and never decide here.
 */

export const STATUSES = [
  'new',
  'in_progress',
  'prepared',
  'rework',
  'ready',
  'sending',
  'answered',
  'send_failed',
  'revoked',
  'expired',
] as const;
export type Status = (typeof STATUSES)[number];

/** What staff read on the screen (manual of РИАС, wording of the card; lists shorten «Подготовлен»). */
export const STATUS_LABELS: Record<Status, string> = {
  new: 'Новый',
  in_progress: 'В работе',
  prepared: 'Подготовлен исполнителем',
  rework: 'На доработке',
  ready: 'Готов к отправке',
  sending: 'Отправляется',
  answered: 'Отправлен',
  send_failed: 'Ошибка отправки',
  revoked: 'Отозван',
  expired: 'Просрочен',
};

/** Statuses in which an answer is still owed and may still be given. */
export const OPEN = ['new', 'in_progress', 'rework', 'prepared', 'ready', 'send_failed'] as const satisfies Status[];

/** Statuses with no way out but by the portal. */
export const isOpen = (status: Status): boolean => (OPEN as readonly Status[]).includes(status);

export const ROLES = ['executor', 'head', 'debt_clerk', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Record<Role, string> = {
  executor: 'исполнитель',
  head: 'руководитель',
  debt_clerk: 'служба работы с должниками',
  admin: 'администратор',
};

/**
 * How an actor stands to a request. `clerk` keeps the court cases of the organization; `staff` is an executor of the request's division (of the organization where there
 * are no divisions); `signer` is whoever may send; `system` is what no person started.
 */
export type Relation = 'staff' | 'assignee' | 'responsible' | 'admin' | 'signer' | 'clerk' | 'system';

export type Action =
  | 'take'
  | 'delegate'
  | 'takeBack'
  | 'saveDraft'
  | 'complete'
  | 'returnForRework'
  | 'markReady'
  | 'fill'
  | 'fillNo'
  | 'confirmDebt'
  | 'rejectDebt'
  | 'hold'
  | 'release'
  | 'send'
  | 'accepted'
  | 'refused'
  | 'unsent'
  | 'correct'
  | 'withdrawn'
  | 'reappeared'
  | 'expire'
  | 'deadlineMoved'
  | 'answeredElsewhere'
  | 'revokedElsewhere';

export const ACTION_LABELS: Record<Action, string> = {
  take: 'Взять в работу',
  delegate: 'Делегировать',
  takeBack: 'Забрать себе',
  saveDraft: 'Сохранить',
  complete: 'Сохранить и завершить работу',
  returnForRework: 'Вернуть на доработку',
  markReady: 'Готов к отправке',
  fill: 'Заполнить ответ',
  fillNo: 'Заполнить ответ „Нет“',
  confirmDebt: 'Подтверждаю долг',
  rejectDebt: 'Долга больше нет',
  hold: 'Не отправлять автоматически',
  release: 'Вернуть автоответу',
  send: 'Подписать и отправить в ГИС',
  accepted: 'Ответ принят порталом',
  refused: 'Портал отказал',
  unsent: 'Отменить отправку',
  correct: 'Отозвать ответ и исправить',
  withdrawn: 'Запрос отозван',
  reappeared: 'Запрос снова на портале',
  expire: 'Срок ответа истёк',
  deadlineMoved: 'Срок ответа перенесён',
  answeredElsewhere: 'Ответ размещён не через «Отклик»',
  revokedElsewhere: 'Ответ отозван не через «Отклик»',
};

/** Conditions that a row demands besides status and person; `transition.ts` and the verbs check them. */
export type Need =
  | 'completeAnswer'
  | 'canSend'
  | 'beforeDeadline'
  | 'verified'
  | 'unverified'
  | 'noAssignee'
  | 'comment'
  | 'assignee';

export interface Rule {
  from: readonly Status[];
  /** The status afterwards; a list where the verb decides by the state of the row (the first is the usual one). */
  to: readonly Status[];
  who: readonly Relation[];
  needs: readonly Need[];
  /** Narrower `who` for some of `from`: a colleague's finished answer is changed only by whoever is responsible. */
  onlyFrom?: { from: readonly Status[]; who: readonly Relation[] };
}

const RULES: Record<Action, Rule> = {
  take: { from: OPEN, to: ['in_progress'], who: ['staff', 'responsible', 'admin'], needs: ['noAssignee'] },
  delegate: { from: OPEN, to: ['in_progress'], who: ['responsible', 'admin'], needs: ['assignee'] },
  // a finished answer needs no taking back: whoever is responsible changes or sends it where it is
  takeBack: {
    from: ['new', 'in_progress', 'rework', 'send_failed'],
    to: ['in_progress'],
    who: ['responsible', 'admin'],
    needs: ['assignee'],
  },
  saveDraft: {
    from: ['new', 'in_progress', 'rework', 'send_failed', 'prepared', 'ready'],
    to: ['in_progress'],
    who: ['assignee', 'responsible', 'admin'],
    needs: [],
    onlyFrom: { from: ['prepared', 'ready'], who: ['responsible', 'admin'] },
  },
  complete: {
    from: ['new', 'in_progress', 'rework', 'send_failed'],
    to: ['prepared'],
    who: ['assignee'],
    needs: ['completeAnswer'],
  },
  returnForRework: {
    from: ['prepared', 'ready'],
    to: ['rework'],
    who: ['responsible', 'admin'],
    needs: ['comment', 'assignee'],
  },
  markReady: {
    from: ['new', 'in_progress', 'rework', 'prepared', 'send_failed'],
    to: ['ready'],
    who: ['responsible', 'admin', 'signer'],
    needs: ['completeAnswer'],
  },
  // by the court cases: «Готов к отправке» for those who may say so, a draft for an assignee
  fill: {
    from: ['new', 'in_progress', 'rework', 'send_failed'],
    to: ['ready', 'in_progress'],
    who: ['assignee', 'responsible', 'admin', 'signer'],
    needs: ['completeAnswer'],
  },
  fillNo: {
    from: ['new', 'in_progress', 'rework', 'send_failed'],
    to: ['ready', 'in_progress'],
    who: ['assignee', 'responsible', 'admin', 'signer'],
    needs: ['completeAnswer'],
  },
  // the status stays: only the answer may go now
  confirmDebt: { from: OPEN, to: OPEN, who: ['clerk', 'admin'], needs: ['unverified'] },
  rejectDebt: { from: OPEN, to: ['in_progress'], who: ['clerk', 'admin'], needs: ['unverified'] },
  // the status stays: only the automatic answer leaves it alone
  hold: { from: OPEN, to: OPEN, who: ['assignee', 'responsible', 'admin'], needs: [] },
  release: { from: OPEN, to: OPEN, who: ['assignee', 'responsible', 'admin'], needs: [] },
  send: {
    from: OPEN,
    to: ['sending'],
    who: ['responsible', 'admin', 'system'],
    needs: ['completeAnswer', 'canSend', 'verified', 'beforeDeadline'],
  },
  accepted: { from: ['sending'], to: ['answered'], who: ['system'], needs: [] },
  refused: { from: ['sending'], to: ['send_failed'], who: ['system'], needs: [] },
  unsent: { from: ['sending'], to: ['ready', 'expired'], who: ['responsible', 'admin', 'system'], needs: [] },
  // a person asks for it; the system moves the request when the portal has confirmed the withdrawal
  correct: {
    from: ['answered'],
    to: ['in_progress'],
    who: ['responsible', 'admin', 'system'],
    needs: ['canSend', 'comment', 'beforeDeadline'],
  },
  withdrawn: { from: OPEN, to: ['revoked'], who: ['system'], needs: [] },
  reappeared: { from: ['revoked'], to: ['new', 'in_progress'], who: ['system'], needs: [] },
  expire: { from: OPEN, to: ['expired'], who: ['system'], needs: [] },
  deadlineMoved: { from: ['expired'], to: OPEN, who: ['system'], needs: [] },
  // the portal may show only days after the term that an answer was there in time
  answeredElsewhere: { from: [...OPEN, 'expired'], to: ['answered'], who: ['system'], needs: [] },
  revokedElsewhere: { from: ['answered'], to: ['in_progress'], who: ['system'], needs: [] },
};

// marked, so that a page which wants the labels alone is not sent the table
export const ACTIONS = /* @__PURE__ */ Object.keys(RULES) as Action[];

export const ruleOf = (action: Action): Rule => RULES[action];

/** Is this action in the table for a request in `status`, for somebody who stands to it as `relations`? */
export function allowed(action: Action, status: Status, relations: readonly Relation[]): boolean {
  const rule = RULES[action];
  if (!rule.from.includes(status)) return false;
  const who = rule.onlyFrom?.from.includes(status) ? rule.onlyFrom.who : rule.who;
  return relations.some((relation) => who.includes(relation));
}
