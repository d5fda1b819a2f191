import { and, asc, count, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { anyOf } from '@/db/many';
import { debtRequests, requestEvents } from '@/db/schema/debt-requests';
import { houseAliases, houses, premises } from '@/db/schema/houses';
import { addressKey, addressLikeness, withoutRegion } from '@/lib/accounts/address';
import { looseKey, type PremisesNumber, parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';
import { hasRole, type Person } from '@/lib/auth/actor';
import { invalid, type Refusal } from '@/lib/errors';
import { batches, grouped } from '@/lib/imports/batches';
import { shownPage } from '@/lib/paging';
import { type Moved, requestVersionSchema, step } from './answer';
import { assignResponsible, standingOf } from './assign';
import { type DebtRequest, OPEN_STATUSES, relationsOf, visibleTo } from './transition';
import { allowed, isOpen, type Status } from './workflow';

/**
 * «Сопоставление»: which premises a request asks about, and so which accounts. Only what is certain is matched: codes, or an
 * address and a number that read in one way. Everything else is put before a person; nothing is guessed.
 */

type Asked = Pick<
  DebtRequest,
  'id' | 'houseGuid' | 'addressDetails' | 'hmObjectGuid' | 'addressType' | 'fiasHouseGuid' | 'address'
>;

type House = Pick<typeof houses.$inferSelect, 'id' | 'address' | 'fiasHouseGuid' | 'gisHouseGuid' | 'mainHouseId'>;

/** What an address line says: the house, and the premises within it (null = it reads in two ways or not at all). */
export interface Question {
  house: string;
  premises: PremisesNumber | null;
}

const PREMISES_WORD =
  /^(?:кв|квартира|комн|комната|ком|пом|помещ|помещение|оф|офис|блок|бл|неж|нежилое|н\/п|жил|жилое)(?=[.\s\d№])/iu;

/**
 * 13.1.10.1 gives the number of the premises beside the address of the house; 14+ writes it behind the address, and says by
 * `addressType` whether a whole house is meant (PROTOCOL §5).
 */
function questionOf(asked: Pick<Asked, 'address' | 'addressDetails' | 'hmObjectGuid' | 'addressType'>): Question {
  if (asked.addressDetails) return { house: asked.address, premises: parsePremisesNumber(asked.addressDetails) };
  const parts = asked.address.split(',').map((part) => part.trim());
  const at = parts.findIndex((part, i) => i > 0 && PREMISES_WORD.test(part));
  if (at > 0)
    return { house: parts.slice(0, at).join(', '), premises: parsePremisesNumber(parts.slice(at).join(', ')) };
  // an object of 14+ that is no house has a number somewhere that was not found
  const whole = asked.hmObjectGuid === null || asked.addressType === null || /house/i.test(asked.addressType);
  return { house: asked.address, premises: whole ? parsePremisesNumber('') : null };
}

/** By what a choice for the house is remembered: the portal's code, else the ФИАС's, else the address itself. */
const aliasKeyOf = (asked: Asked, question: Question): string =>
  asked.houseGuid ?? asked.fiasHouseGuid ?? addressKey(question.house);

interface Found {
  state: 'matched' | 'ambiguous' | 'unmatched';
  /** Known also where the premises are not: the division follows the house. */
  houseId: string | null;
  premisesId: string | null;
}

/** Finds houses by what a request says, over all of the organization's. Several = they share a code or an address. */
class HouseFinder {
  private readonly byId: Map<string, House>;
  private readonly byGis: Map<string, House[]>;
  private readonly byFias: Map<string, House[]>;
  private readonly byAddress: Map<string, House[]>;

  constructor(
    readonly all: House[],
    private readonly aliases: Map<string, string>,
  ) {
    this.byId = new Map(all.map((house) => [house.id, house]));
    this.byGis = grouped(
      all.filter((house) => house.gisHouseGuid),
      (house) => house.gisHouseGuid!,
    );
    this.byFias = grouped(
      all.filter((house) => house.fiasHouseGuid),
      (house) => house.fiasHouseGuid!,
    );
    this.byAddress = grouped(all, (house) => addressKey(house.address));
  }

  /** `doubtful`: the code says one house and the address another, so that one of them is wrong. */
  find(asked: Asked, question: Question): { houses: House[]; doubtful: boolean } {
    const alias = this.byId.get(this.aliases.get(aliasKeyOf(asked, question)) ?? '');
    if (alias) return { houses: [alias], doubtful: false };
    const key = addressKey(question.house);
    for (const found of [
      asked.houseGuid && this.byGis.get(asked.houseGuid),
      // formats before 14 gave either kind of code under one name
      asked.houseGuid && this.byFias.get(asked.houseGuid),
      asked.fiasHouseGuid && this.byFias.get(asked.fiasHouseGuid),
    ]) {
      if (!found) continue;
      const exact = found.filter((house) => addressKey(house.address) === key);
      const fitting = exact.length === 1 ? exact : found;
      return { houses: fitting, doubtful: fitting.every((house) => otherNumber(addressKey(house.address), key)) };
    }
    if (key === '') return { houses: [], doubtful: false };
    const exact = this.byAddress.get(key) ?? [];
    const local = addressKey(withoutRegion(question.house));
    return { houses: exact.length > 0 ? exact : (this.byAddress.get(local) ?? []), doubtful: false };
  }
}

/** Streets are renamed and spelled in many ways; numbers of houses are not. One that cannot be read is another. */
function otherNumber(a: string, b: string): boolean {
  const numberOf = (key: string) => key.split(' ').find((token) => token.startsWith('№'));
  return numberOf(a) !== numberOf(b);
}

async function houseFinder(tx: Pick<Tx, 'select'>, organizationId: string): Promise<HouseFinder> {
  const all = await tx
    .select({
      id: houses.id,
      address: houses.address,
      fiasHouseGuid: houses.fiasHouseGuid,
      gisHouseGuid: houses.gisHouseGuid,
      mainHouseId: houses.mainHouseId,
    })
    .from(houses)
    .where(eq(houses.organizationId, organizationId));
  const chosen = await tx
    .select({ key: houseAliases.key, houseId: houseAliases.houseId })
    .from(houseAliases)
    .where(eq(houseAliases.organizationId, organizationId));
  return new HouseFinder(all, new Map(chosen.map(({ key, houseId }) => [key, houseId])));
}

/**
 * Matches these requests of the organization anew and gives each its division. What a person has chosen stays. The caller
 * has seen to the right: a receiving, an import, or the verb below.
 */
export async function matchRequests(tx: Tx, organizationId: string, requestIds: readonly string[]): Promise<void> {
  if (requestIds.length === 0) return;
  const finder = await houseFinder(tx, organizationId);
  for (const ids of batches([...new Set(requestIds)].sort())) {
    const asked = await tx
      .select()
      .from(debtRequests)
      .where(
        and(
          eq(debtRequests.organizationId, organizationId),
          anyOf(debtRequests.id, ids),
          sql`${debtRequests.matchState} <> 'manual'`,
        ),
      )
      .orderBy(asc(debtRequests.id))
      .for('no key update');
    if (asked.length === 0) continue;
    const found = await findPremises(tx, organizationId, finder, asked);
    const moved = asked.flatMap((request) => {
      const now = found.get(request.id)!;
      const same =
        now.state === request.matchState && now.houseId === request.houseId && now.premisesId === request.premisesId;
      return same ? [] : [{ ...request, ...now }];
    });
    if (moved.length > 0) {
      const standing = await standingOf(tx, organizationId, moved);
      const rows = moved.map((request) => {
        const { divisionId: division, responsibleId: responsible } = standing(request);
        const { id, state, houseId: house, premisesId: place } = request;
        return { id, state, house, place, division, responsible };
      });
      await tx.execute(sql`
        update debt_requests r set match_state = n.state, house_id = n.house, premises_id = n.place,
          division_id = n.division, responsible_id = n.responsible
        from json_to_recordset(${JSON.stringify(rows)}::json)
          as n(id uuid, state text, house uuid, place uuid, division uuid, responsible uuid)
        where r.id = n.id`);
    }
    await linkAccounts(
      tx,
      asked.map(({ id }) => id),
    );
  }
}

/** What matching finds for requests that are no rows yet; `id` is what the answer names them by. */
export const findMatches = async (tx: Tx, organizationId: string, asked: Asked[]): Promise<Map<string, Found>> =>
  findPremises(tx, organizationId, await houseFinder(tx, organizationId), asked);

/** Everything open that no person has matched by hand, e.g. after accounts or houses came. */
export async function matchAllOpen(tx: Tx, organizationId: string): Promise<void> {
  const rows = await tx
    .select({ id: debtRequests.id })
    .from(debtRequests)
    .where(
      and(
        eq(debtRequests.organizationId, organizationId),
        sql`${debtRequests.status} = any(${OPEN_STATUSES})`,
        sql`${debtRequests.matchState} <> 'manual'`,
      ),
    );
  await matchRequests(
    tx,
    organizationId,
    rows.map(({ id }) => id),
  );
}

/** The accounts of a request are those of its premises. */
export async function linkAccounts(tx: Tx, requestIds: string[]): Promise<void> {
  await tx.execute(sql`
    delete from debt_request_accounts a using debt_requests r
    where r.id = a.request_id and ${anyOf(sql`r.id`, requestIds)}
      and not exists (select from account_premises p where p.account_id = a.account_id and p.premises_id = r.premises_id)`);
  await tx.execute(sql`
    insert into debt_request_accounts (request_id, account_id)
    select r.id, p.account_id from debt_requests r join account_premises p on p.premises_id = r.premises_id
    where ${anyOf(sql`r.id`, requestIds)}
    on conflict do nothing`);
}

async function findPremises(
  tx: Tx,
  organizationId: string,
  finder: HouseFinder,
  asked: Asked[],
): Promise<Map<string, Found>> {
  const objects = asked.flatMap(({ hmObjectGuid }) => (hmObjectGuid ? [hmObjectGuid] : []));
  const byObject =
    objects.length === 0
      ? new Map<string, { id: string; houseId: string }[]>()
      : grouped(
          await tx
            .select({ id: premises.id, houseId: premises.houseId, gisGuid: premises.gisGuid })
            .from(premises)
            .where(
              and(
                eq(premises.organizationId, organizationId),
                anyOf(premises.gisGuid, objects),
                isNull(premises.terminatedOn),
              ),
            ),
          (row) => row.gisGuid!,
        );
  const questions = asked.map((one) => {
    const question = questionOf(one);
    return { one, number: question.premises, ...finder.find(one, question) };
  });
  const houseIds = [...new Set(questions.flatMap((question) => question.houses.map(({ id }) => id)))];
  const keys = [...new Set(questions.flatMap(({ number }) => (number ? [premisesKey(number)] : [])))];
  const byKey =
    houseIds.length === 0 || keys.length === 0
      ? new Map<string, { id: string; houseId: string }[]>()
      : grouped(
          await tx
            .select({ id: premises.id, houseId: premises.houseId, key: premises.key })
            .from(premises)
            .where(and(anyOf(premises.houseId, houseIds), anyOf(premises.key, keys), isNull(premises.terminatedOn))),
          (row) => `${row.houseId} ${row.key}`,
        );
  return new Map(
    questions.map(({ one, number, houses: candidates, doubtful }): [string, Found] => {
      const object = one.hmObjectGuid ? (byObject.get(one.hmObjectGuid) ?? []) : [];
      const places =
        object.length > 0
          ? object
          : number
            ? candidates.flatMap((house) => byKey.get(`${house.id} ${premisesKey(number)}`) ?? [])
            : [];
      const [place] = places;
      const onlyHouse = candidates.length === 1 && !doubtful ? candidates[0]!.id : null;
      if (place && places.length === 1 && (object.length > 0 || !doubtful))
        return [one.id, { state: 'matched', houseId: place.houseId, premisesId: place.id }];
      return [
        one.id,
        {
          state: places.length > 0 || candidates.length > 1 || doubtful ? 'ambiguous' : 'unmatched',
          houseId: onlyHouse,
          premisesId: null,
        },
      ];
    }),
  );
}

// --- working off what was not matched

/** Who may say which premises are meant: whoever may answer, and those who keep accounts. */
const mayMatch = (person: Person, request: DebtRequest): boolean =>
  hasRole(person, 'debt_clerk', 'admin') ||
  allowed('saveDraft', request.status as Status, relationsOf(person, request)) ||
  allowed('take', request.status as Status, relationsOf(person, request));

export const chooseMatchSchema = requestVersionSchema.extend({
  premisesId: z.uuid('Выберите помещение.'),
  /** «Запомнить дом»: later requests with the same code or address mean this house. */
  remember: z.boolean().default(false),
});

/**
 * «Выбрать»: these premises are meant; the choice is kept whatever comes later. With `remember` the house is kept for all
 * requests that name it the same way, and those that wait are matched at once. Refuses premises of another organization.
 */
export function chooseMatch(person: Person, input: z.output<typeof chooseMatchSchema>): Promise<Moved> {
  return step(person, input.id, async (tx, request): Promise<{ ok: true; request: DebtRequest } | Refusal> => {
    if (request.version !== input.version)
      return { ok: false, reason: 'stale', message: 'Запрос изменился, пока он был открыт. Обновите страницу.' };
    if (!isOpen(request.status as Status))
      return {
        ok: false,
        reason: 'notAllowed',
        message: 'Сопоставить можно только запрос, на\u00a0который ещё не\u00a0ответили.',
      };
    if (!mayMatch(person, request))
      return {
        ok: false,
        reason: 'forbidden',
        message: 'Сопоставляет тот, кто готовит ответ, или служба работы с\u00a0должниками.',
      };
    const [place] = await tx
      .select({ id: premises.id, houseId: premises.houseId })
      .from(premises)
      .where(and(eq(premises.id, input.premisesId), eq(premises.organizationId, request.organizationId)));
    if (!place) return invalid('Проверьте отмеченные поля.', { premisesId: 'Такого помещения больше нет.' });
    // or a choice would open the court cases of any flat to anybody
    if (person.divisionIds !== null && !hasRole(person, 'debt_clerk', 'admin')) {
      const [house] = await tx
        .select({ divisionId: houses.divisionId })
        .from(houses)
        .where(eq(houses.id, place.houseId));
      if (house!.divisionId !== null && !person.divisionIds.includes(house!.divisionId))
        return {
          ok: false,
          reason: 'forbidden',
          message: 'Это дом другого подразделения. Попросите администратора или службу работы с\u00a0должниками.',
        };
    }
    const [moved] = await tx
      .update(debtRequests)
      .set({
        matchState: 'manual',
        houseId: place.houseId,
        premisesId: place.id,
        version: sql`${debtRequests.version} + 1`,
        updatedAt: new Date(),
      })
      .where(eq(debtRequests.id, request.id))
      .returning();
    await tx.insert(requestEvents).values({
      organizationId: request.organizationId,
      requestId: request.id,
      actorId: person.userId,
      action: 'matched',
      fromStatus: request.status,
      toStatus: request.status,
      data: { premisesId: place.id, remembered: input.remember },
    });
    await linkAccounts(tx, [request.id]);
    await assignResponsible(tx, request.organizationId, [request.id]);
    if (input.remember) {
      await tx
        .insert(houseAliases)
        .values({
          organizationId: request.organizationId,
          key: aliasKeyOf(request, questionOf(request)),
          houseId: place.houseId,
          chosenBy: person.userId,
        })
        .onConflictDoUpdate({
          target: [houseAliases.organizationId, houseAliases.key],
          set: { houseId: place.houseId, chosenBy: person.userId, chosenAt: new Date() },
        });
      const others = await tx
        .select({ id: debtRequests.id })
        .from(debtRequests)
        .where(
          and(
            eq(debtRequests.organizationId, request.organizationId),
            sql`${debtRequests.status} = any(${OPEN_STATUSES})`,
            inArray(debtRequests.matchState, ['unmatched', 'ambiguous']),
            request.houseGuid
              ? eq(debtRequests.houseGuid, request.houseGuid)
              : request.fiasHouseGuid
                ? eq(debtRequests.fiasHouseGuid, request.fiasHouseGuid)
                : isNull(debtRequests.houseGuid),
          ),
        );
      await matchRequests(
        tx,
        request.organizationId,
        others.map(({ id }) => id),
      );
    }
    return { ok: true, request: moved! };
  });
}

export interface Candidate {
  premisesId: string;
  /** «ул Космонавтов, д. 14, кв. 5» */
  address: string;
  number: string;
  accounts: number;
  owners: string;
  /** 0–100, how alike the words are; certain ones never come here. */
  score: number;
}

export interface UnmatchedRow {
  id: string;
  version: number;
  requestNumber: string;
  responseDate: string;
  address: string;
  addressDetails: string | null;
  state: 'unmatched' | 'ambiguous';
  /** Why it was not matched, in words. */
  why: string;
  candidates: Candidate[];
}

export const UNMATCHED_PAGE = 20;

/** How many of the open requests that the person sees are not matched; none where the organization keeps no accounts. */
export async function countUnmatched(person: Person): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(debtRequests)
    .where(
      and(unmatchedOf(person), sql`exists (select from accounts a where a.organization_id = ${person.organizationId})`),
    );
  return row!.total;
}

const unmatchedOf = (person: Person) =>
  and(
    visibleTo(person),
    sql`${debtRequests.status} = any(${OPEN_STATUSES})`,
    inArray(debtRequests.matchState, ['unmatched', 'ambiguous']),
  );

/** Houses looked through for candidates when no code tells the house. */
const NEAREST_HOUSES = 3;
const CANDIDATES = 5;
/** What is less alike only distracts. */
const LEAST_SCORE = 30;

/** A page of what is not matched, by the term, each with the premises that look most alike; of `requestId` alone when given. */
export async function listUnmatched(
  person: Person,
  page: number,
  requestId: string | null = null,
): Promise<{ rows: UnmatchedRow[]; total: number; page: number; hasAccounts: boolean }> {
  const where = and(unmatchedOf(person), requestId ? eq(debtRequests.id, requestId) : undefined);
  const [totals] = await db.select({ total: count() }).from(debtRequests).where(where);
  const total = totals!.total;
  const shown = shownPage(page, total, UNMATCHED_PAGE);
  const requests = await db
    .select()
    .from(debtRequests)
    .where(where)
    .orderBy(asc(debtRequests.responseDate), asc(debtRequests.requestNumber), asc(debtRequests.id))
    .limit(UNMATCHED_PAGE)
    .offset((shown - 1) * UNMATCHED_PAGE);
  const finder = await houseFinder(db, person.organizationId);
  const [some] = await db
    .select({ id: premises.id })
    .from(premises)
    .where(eq(premises.organizationId, person.organizationId))
    .limit(1);
  const rows: UnmatchedRow[] = [];
  for (const request of requests) {
    const question = questionOf(request);
    const { houses: certain, doubtful } = finder.find(request, question);
    const near = certain.length
      ? certain.map((house) => ({ id: house.id, address: house.address, likeness: 1 }))
      : finder.all
          .map((house) => ({ ...house, likeness: addressLikeness(house.address, question.house) }))
          .filter(({ likeness }) => likeness > 0.4)
          .sort((a, b) => b.likeness - a.likeness)
          .slice(0, NEAREST_HOUSES);
    rows.push({
      id: request.id,
      version: request.version,
      requestNumber: request.requestNumber,
      responseDate: request.responseDate,
      address: request.address,
      addressDetails: request.addressDetails,
      state: request.matchState as UnmatchedRow['state'],
      why: doubtful ? 'Код дома и\u00a0адрес указывают на\u00a0разные дома.' : whyNot(question, certain.length),
      candidates: await candidatesOf(question, near),
    });
  }
  return { rows, total, page: shown, hasAccounts: some !== undefined };
}

function whyNot({ premises: number }: Question, houseCount: number): string {
  if (houseCount === 0) return 'Дома с\u00a0таким кодом и\u00a0адресом нет в\u00a0списке.';
  if (!number) return 'Номер помещения читается неоднозначно.';
  if (houseCount > 1) return 'Под код и\u00a0адрес подходят несколько домов.';
  return number.kind === 'house'
    ? 'Спрашивают о\u00a0доме целиком, а\u00a0счёта на\u00a0весь дом нет.'
    : 'В\u00a0этом доме нет помещения с\u00a0таким номером.';
}

async function candidatesOf(
  { premises: number }: Question,
  near: { id: string; address: string; likeness: number }[],
): Promise<Candidate[]> {
  if (near.length === 0) return [];
  const digits = number?.number ?? '';
  const rows = await db
    .select({
      id: premises.id,
      houseId: premises.houseId,
      kind: premises.kind,
      number: premises.number,
      room: premises.room,
      accounts: sql<number>`(select count(*)::int from account_premises ap where ap.premises_id = premises.id)`,
      owners: sql<string>`coalesce((select string_agg(distinct coalesce(o.organization_name, o.last_name), ', ')
        from account_premises ap join account_people o on o.account_id = ap.account_id and o.kind = 'owner'
        where ap.premises_id = premises.id), '')`,
    })
    .from(premises)
    .where(
      and(
        inArray(
          premises.houseId,
          near.map(({ id }) => id),
        ),
        isNull(premises.terminatedOn),
        digits === ''
          ? undefined
          : or(
              sql`${premises.number} ~ ${`^${digits.replace(/[^\dа-яa-z]/g, '')}(?![0-9])`}`,
              eq(premises.kind, 'house'),
            ),
      ),
    )
    .orderBy(desc(eq(premises.number, digits)), asc(premises.key))
    .limit(200);
  const loose = number && looseKey(number);
  return rows
    .map((row) => {
      const house = near.find(({ id }) => id === row.houseId)!;
      const parsed = parsePremisesNumber([row.number, row.room && `комн. ${row.room}`].filter(Boolean).join(' '));
      const alike =
        number && parsed
          ? premisesKey(parsed) === premisesKey(number) && parsed.kind === row.kind
            ? 1
            : looseKey(parsed) === loose
              ? 0.9
              : parsed.number === number.number
                ? 0.7
                : 0.4
          : 0.4;
      return {
        premisesId: row.id,
        address: house.address,
        number: [row.number && `${WORDS[row.kind] ?? ''} ${row.number}`.trim(), row.room && `комн. ${row.room}`]
          .filter(Boolean)
          .join(', '),
        accounts: row.accounts,
        owners: row.owners,
        score: Math.round(house.likeness * alike * 100),
      };
    })
    .filter(({ score }) => score >= LEAST_SCORE)
    .sort((a, b) => b.score - a.score)
    .slice(0, CANDIDATES);
}

const WORDS: Record<string, string> = { flat: 'кв.', room: 'кв.', block: 'блок', nonresidential: 'пом.' };
