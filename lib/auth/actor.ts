import type { Role } from '@/lib/debt-requests/workflow';

/** A person at work in one organization, read from the database for every call. */
export interface Person {
  kind: 'person';
  userId: string;
  organizationId: string;
  /** «Орлова М. С.» */
  name: string;
  roles: readonly Role[];
  canSend: boolean;
  /** Portal's employee identifier; without it nothing can be sent in this person's name. */
  gisEmployeeGuid: string | null;
  /** Own division with those below it; null = the whole organization. */
  divisionIds: readonly string[] | null;
  /** Absent colleagues whose deputy this person is today: what is on them is on him too. */
  standsInFor: readonly string[];
}

/** What no person started: the exchange, the sync, the clock. */
export interface System {
  kind: 'system';
  organizationId: string;
}

export type Actor = Person | System;

export const systemOf = (organizationId: string): System => ({ kind: 'system', organizationId });

export const actorUserId = (actor: Actor): string | null => (actor.kind === 'person' ? actor.userId : null);

/** The person and everybody he stands in for. */
export const onBehalfOf = (person: Person): string[] => [person.userId, ...person.standsInFor];

export const hasRole = (actor: Person, ...roles: Role[]): boolean => roles.some((role) => actor.roles.includes(role));

/** «Орлова Марина Сергеевна»; the patronymic may be missing. */
export const fullName = (person: { lastName: string; firstName: string; patronymic: string | null }): string =>
  [person.lastName, person.firstName, person.patronymic].filter(Boolean).join(' ');

/** «Орлова М. С.»; the patronymic may be missing. */
export function shortName(person: { lastName: string; firstName: string; patronymic: string | null }): string {
  const initials = [person.firstName, person.patronymic].filter(Boolean).map((name) => `${name![0]}.`);
  return [person.lastName, ...initials].join('\u00a0');
}
