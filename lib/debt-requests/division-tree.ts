import { eq, inArray } from 'drizzle-orm';
import { db } from '@/db/client';
import { divisions, users } from '@/db/schema/staff';
import { type Person, shortName } from '@/lib/auth/actor';

/** Counts of requests by division and person, as the radar and the statistics lay them out. */

export interface Division {
  id: string;
  name: string;
  parentId: string | null;
}

/** All divisions of the person's organization, by name. */
export const divisionsOf = (person: Person): Promise<Division[]> =>
  db
    .select({ id: divisions.id, name: divisions.name, parentId: divisions.parentId })
    .from(divisions)
    .where(eq(divisions.organizationId, person.organizationId))
    .orderBy(divisions.name);

export interface InDivision<T> {
  /** As the registry's filter names it: «none» = of no division. */
  division: string;
  /** Null = of no division. */
  name: string | null;
  /** How many of the divisions shown hold it. */
  depth: number;
  /** A directorate's are with those of its divisions, as its filter is. */
  counted: T[];
}

/**
 * A directorate before what belongs to it; what has nothing counted is left out, and what only holds a foreign one. With
 * `top` only that division and what belongs to it («none» = what is of no division).
 */
export function byDivision<T extends { divisionId: string | null }>(
  person: Person,
  tree: Division[],
  counted: T[],
  top: string | null = null,
): InDivision<T>[] {
  const below = (parent: string | null): Division[] => tree.filter(({ parentId }) => parentId === parent);
  const idsOf = (division: Division): string[] => [division.id, ...below(division.id).flatMap(idsOf)];
  const rowsOf = (division: Division, depth: number): InDivision<T>[] => {
    const ids = idsOf(division);
    const some = counted.filter(({ divisionId }) => divisionId !== null && ids.includes(divisionId));
    if (some.length === 0) return [];
    const shown =
      person.divisionIds === null ||
      person.divisionIds.includes(division.id) ||
      some.some(({ divisionId }) => divisionId === division.id);
    return [
      ...(shown ? [{ division: division.id, name: division.name, depth, counted: some }] : []),
      ...below(division.id).flatMap((one) => rowsOf(one, shown ? depth + 1 : depth)),
    ];
  };
  const roots = top === null ? below(null) : tree.filter(({ id }) => id === top);
  const ofNone = counted.filter(({ divisionId }) => divisionId === null);
  return [
    ...roots.flatMap((division) => rowsOf(division, 0)),
    ...(ofNone.length > 0 ? [{ division: 'none', name: null, depth: 0, counted: ofNone }] : []),
  ];
}

export interface OfPerson<T> {
  /** As the registry's filter names it: «none» = on nobody. */
  assignee: string;
  /** Null = on nobody. */
  name: string | null;
  counted: T[];
}

/** What is counted of each assignee, by name; what is on nobody stands last. */
export function byPerson<T extends { assigneeId: string | null }>(
  names: Map<string | null, string>,
  counted: T[],
): OfPerson<T>[] {
  const rows = [...new Set(counted.map(({ assigneeId }) => assigneeId))].map((id) => ({
    assignee: id ?? 'none',
    name: names.get(id) ?? null,
    counted: counted.filter(({ assigneeId }) => assigneeId === id),
  }));
  return rows.sort((a, b) => Number(a.name === null) - Number(b.name === null) || a.name!.localeCompare(b.name!, 'ru'));
}

/** Short names of the assignees, by id. */
export async function namesOf(counted: { assigneeId: string | null }[]): Promise<Map<string | null, string>> {
  const ids = [...new Set(counted.flatMap(({ assigneeId }) => assigneeId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: users.id, lastName: users.lastName, firstName: users.firstName, patronymic: users.patronymic })
    .from(users)
    .where(inArray(users.id, ids));
  return new Map(rows.map((row) => [row.id, shortName(row)]));
}
