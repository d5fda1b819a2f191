import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { divisions, organizations, users } from './staff';

const timestamptz = () => timestamp({ withTimezone: true });

/** A house that the organization serves («Дома и помещения»). */
export const houses = pgTable(
  'houses',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    /** As staff write it; the portal's wording where it was loaded from there. */
    address: text().notNull(),
    /** «Код здания по ФИАС»; several entrances may share one. */
    fiasHouseGuid: uuid(),
    /** The portal's identifier of the house (HCSHouseGUID of the brief exports). */
    gisHouseGuid: uuid(),
    /** apartment = многоквартирный; living = жилой дом; blocked = блокированной застройки. */
    kind: text().notNull().default('apartment'),
    divisionId: uuid().references(() => divisions.id),
    /** «Группирующий дом»: this one is an entrance or a building of it with an address of its own. */
    mainHouseId: uuid().references((): AnyPgColumn => houses.id),
    /** portal | excel | person */
    source: text().notNull().default('person'),
    updatedAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [
    index('houses_organization').on(t.organizationId, t.address),
    index('houses_fias').on(t.organizationId, t.fiasHouseGuid),
    uniqueIndex('houses_gis').on(t.organizationId, t.gisHouseGuid),
    // «Основное здание»: of those that share a code one is the main, the others name it
    uniqueIndex('houses_main_fias').on(t.organizationId, t.fiasHouseGuid).where(sql`${t.mainHouseId} is null`),
    index('houses_division').on(t.divisionId),
    check('houses_kind', sql`${t.kind} in ('apartment', 'living', 'blocked')`),
    check('houses_source', sql`${t.source} in ('portal', 'excel', 'person')`),
    check('houses_not_own_main', sql`${t.mainHouseId} <> ${t.id}`),
  ],
);

/** A flat, room, block or other premises; a detached house without flats has one of kind `house`. */
export const premises = pgTable(
  'premises',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    houseId: uuid()
      .notNull()
      .references(() => houses.id),
    kind: text().notNull().default('flat'),
    /** As written in the source: «5а», «1п», «12/1». */
    number: text().notNull().default(''),
    /** Room within a flat; empty = the whole flat. */
    room: text().notNull().default(''),
    /** `number` and `room` as the parser of premises numbers sees them; what matching compares. */
    key: text().notNull(),
    /** PremisesGUID, LivingRoomGUID or BlockGUID of the portal = HMobjectGUID of a request. */
    gisGuid: uuid(),
    /** When it ceased to exist by the portal (TerminationDate). */
    terminatedOn: date(),
    source: text().notNull().default('person'),
  },
  (t) => [
    uniqueIndex('premises_key').on(t.houseId, t.key).where(sql`${t.terminatedOn} is null`),
    index('premises_gis').on(t.organizationId, t.gisGuid),
    check('premises_kind', sql`${t.kind} in ('flat', 'room', 'block', 'nonresidential', 'house')`),
    check('premises_source', sql`${t.source} in ('portal', 'excel', 'person')`),
  ],
);

/** «Лицевой счёт». A closed one keeps its dates: a debt outlives it. */
export const accounts = pgTable(
  'accounts',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    /** The organization's own number, as text. */
    number: text().notNull(),
    /** ЕЛС: 10 characters. */
    unifiedAccountNumber: text(),
    /** Идентификатор ЖКУ: 13 characters. */
    serviceId: text(),
    /** AccountGUID. */
    gisAccountGuid: uuid(),
    openedOn: date(),
    closedOn: date(),
    /** «Общая площадь», square metres. */
    area: numeric({ precision: 10, scale: 2 }),
    source: text().notNull().default('person'),
    updatedAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('accounts_number').on(t.organizationId, t.number),
    uniqueIndex('accounts_gis').on(t.organizationId, t.gisAccountGuid),
    index('accounts_unified').on(t.organizationId, t.unifiedAccountNumber),
    check('accounts_unified_length', sql`char_length(${t.unifiedAccountNumber}) = 10`),
    check('accounts_dates', sql`${t.openedOn} <= ${t.closedOn}`),
    check('accounts_source', sql`${t.source} in ('portal', 'excel', 'person')`),
  ],
);

/** Where an account belongs; one may have several premises, and a flat several accounts. */
export const accountPremises = pgTable(
  'account_premises',
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
    premisesId: uuid()
      .notNull()
      .references(() => premises.id),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.premisesId] }), index('account_premises_premises').on(t.premisesId)],
);

/** Owners, residents («жильцы») and payers of an account: whom a debtor may be picked from. */
export const accountPeople = pgTable(
  'account_people',
  {
    id: uuid().primaryKey().defaultRandom(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
    /** owner = собственник; resident = жилец; payer = плательщик (PayerInfo of the portal). */
    kind: text().notNull(),
    /** Of a legal entity: then there is no name of a person. */
    organizationName: text(),
    lastName: text(),
    firstName: text(),
    middleName: text(),
    birthDate: date(),
    /** 11 digits. */
    snils: text(),
    /** НСИ 95. */
    documentTypeCode: text(),
    documentSeries: text(),
    documentNumber: text(),
    source: text().notNull().default('person'),
  },
  (t) => [
    index('account_people_account').on(t.accountId),
    check('account_people_kind', sql`${t.kind} in ('owner', 'resident', 'payer')`),
    check('account_people_snils', sql`${t.snils} ~ '^[0-9]{11}$'`),
    check('account_people_named', sql`(${t.organizationName} is not null) <> (${t.lastName} is not null)`),
  ],
);

/** «Сумма задолженности» and «месяцев» of an account as the billing reports them; not court sums. */
export const accountBalances = pgTable(
  'account_balances',
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id),
    asOf: date().notNull(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    /** Kopecks; negative = overpaid. */
    sum: bigint({ mode: 'number' }).notNull(),
    months: integer(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.asOf] })],
);

/** A choice of a person that is to hold for the whole house: this wording of the portal means that house of ours. */
export const houseAliases = pgTable(
  'house_aliases',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    /** houseGUID, fiasHouseGUID, or the portal's address text, in this order of preference. */
    key: text().notNull(),
    houseId: uuid()
      .notNull()
      .references(() => houses.id),
    chosenBy: uuid()
      .notNull()
      .references(() => users.id),
    chosenAt: timestamptz().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.key] }), index('house_aliases_house').on(t.houseId)],
);
