import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '@/db/client';
import { accountBalances, accountPeople, accountPremises, accounts, premises } from '@/db/schema/houses';
import { matchAllOpen } from '@/lib/debt-requests/match';
import { batches, grouped } from '@/lib/imports/batches';
import { dateCell, guidCell, moneyCell, snilsCell, textCell } from '@/lib/imports/cells';
import { importKind, withoutRepeats } from '@/lib/imports/columns';
import { lockOrganization } from '@/lib/staff/organization';
import { houseFinder } from './find-house';
import { type PremisesNumber, parsePremisesNumber, premisesKey } from './premises-number';

const KINDS: Record<string, 'owner' | 'resident' | 'payer'> = {
  '': 'owner',
  собственник: 'owner',
  жилец: 'resident',
  проживающий: 'resident',
  зарегистрирован: 'resident',
  плательщик: 'payer',
  наниматель: 'payer',
};

const exactly = (length: number, what: string) =>
  textCell(40, what).refine((text) => text === '' || text.length === length, `${what}: ${length} знаков.`);

const NUMBER = {
  title: 'Лицевой счёт',
  also: ['Номер лицевого счёта', 'ЛС', 'Номер ЛС'],
  required: true,
  hint: 'Номер в вашей программе начислений',
};
const numberCell = textCell(60, 'Лицевой счёт').refine((text) => text !== '', 'Введите номер лицевого счёта.');

/**
 * «Лицевые счета» from Excel: a row is one person of one account at one premises; several rows of an account add up. Empty
 * cells leave what is known; the owners and residents of an account are replaced when the file names any. Loaded again, the
 * same file changes nothing.
 */
export const accountsImport = importKind({
  title: 'Лицевые счета',
  may: ['admin', 'debt_clerk'],
  back: '/accounts',
  columns: {
    number: NUMBER,
    address: {
      title: 'Адрес дома',
      also: ['Адрес', 'Дом'],
      required: true,
      hint: 'Например: г Верхнеозёрск, ул Озёрная, д. 12',
    },
    fiasHouseGuid: { title: 'Код ФИАС дома', also: ['Код ФИАС', 'ФИАС'], hint: 'Если известен' },
    premises: {
      title: 'Помещение',
      also: ['Квартира', 'Номер помещения', 'Кв', '№ квартиры'],
      hint: 'кв. 5, пом. 1п, кв. 8 комн. 2; у частного дома пусто',
    },
    unifiedAccountNumber: { title: 'ЕЛС', also: ['Единый лицевой счёт'], hint: '10 знаков' },
    serviceId: { title: 'Идентификатор ЖКУ', hint: '13 знаков' },
    openedOn: { title: 'Открыт', also: ['Дата открытия'], hint: '01.02.2025' },
    closedOn: { title: 'Закрыт', also: ['Дата закрытия'], hint: 'Закрытые счета тоже нужны: долг остаётся' },
    area: { title: 'Площадь', also: ['Общая площадь'], hint: '54,3' },
    kind: { title: 'Кто это', also: ['Роль'], hint: 'собственник, жилец или плательщик' },
    lastName: { title: 'Фамилия', hint: 'Кравцов' },
    firstName: { title: 'Имя', hint: 'Артём' },
    middleName: { title: 'Отчество', hint: 'Олегович' },
    birthDate: { title: 'Дата рождения', hint: '01.05.1980' },
    snils: { title: 'СНИЛС', hint: '112-233-445 95' },
    organizationName: { title: 'Юридическое лицо', also: ['Организация'], hint: 'Если собственник — организация' },
  },
  schema: z
    .object({
      number: numberCell,
      address: textCell(500, 'Адрес'),
      fiasHouseGuid: guidCell,
      premises: textCell(60, 'Помещение').transform((text, ctx): PremisesNumber => {
        const parsed = parsePremisesNumber(text);
        if (parsed) return parsed;
        ctx.addIssue('Номер помещения не\u00a0понят. Примеры: кв. 5, 5а, пом. 1п, кв. 8 комн. 2.');
        return z.NEVER;
      }),
      unifiedAccountNumber: exactly(10, 'ЕЛС'),
      serviceId: exactly(13, 'Идентификатор ЖКУ'),
      openedOn: dateCell,
      closedOn: dateCell,
      area: z
        .string()
        .default('')
        .transform((text) => text.replace(/[\s\u00a0]/g, '').replace(',', '.'))
        .refine(
          (text) => text === '' || /^\d{1,6}(\.\d{1,4})?$/.test(text),
          'Площадь в\u00a0квадратных метрах, например 54,3.',
        )
        .transform((text) => (text === '' ? null : Number(text).toFixed(2))),
      kind: textCell(40, 'Кто это').transform((text, ctx) => {
        const kind = KINDS[text.toLowerCase()];
        if (kind) return kind;
        ctx.addIssue('Бывает: собственник, жилец или плательщик.');
        return z.NEVER;
      }),
      lastName: textCell(255, 'Фамилия'),
      firstName: textCell(255, 'Имя'),
      middleName: textCell(255, 'Отчество'),
      birthDate: dateCell,
      snils: snilsCell,
      organizationName: textCell(500, 'Юридическое лицо'),
    })
    .superRefine((row, ctx) => {
      if (row.openedOn && row.closedOn && row.openedOn > row.closedOn)
        ctx.addIssue({ code: 'custom', path: ['closedOn'], message: 'Счёт закрыт раньше, чем открыт.' });
      if (row.lastName && row.organizationName)
        ctx.addIssue({
          code: 'custom',
          path: ['organizationName'],
          message: 'В\u00a0строке или человек, или юридическое лицо.',
        });
      if (!row.lastName && (row.firstName || row.snils || row.birthDate))
        ctx.addIssue({ code: 'custom', path: ['lastName'], message: 'Введите фамилию.' });
    }),
  async plan(tx, person, table) {
    await lockOrganization(tx, person);
    const organizationId = person.organizationId;
    const findHouse = await houseFinder(tx, organizationId);
    const known = await knownAccounts(tx, organizationId);

    // what each account is by the file
    const next = new Map<string, NextAccount>();
    // one row that is left out would take an owner or a flat from its account: the account waits for all of them
    const spoiled = new Set(table.bad.map(({ given: { number } }) => number?.trim() ?? ''));
    table.rows = table.rows.filter(({ row, value }) => {
      const refuse = (column: string, message: string) => {
        table.problems.push({ row, column, message });
        spoiled.add(value.number);
        return false;
      };
      const house = findHouse(value);
      if (typeof house === 'string') return refuse('Адрес дома', house);
      const account: NextAccount = next.get(value.number) ?? {
        number: value.number,
        columns: { ...EMPTY, ...known.get(value.number)?.columns },
        given: {},
        places: new Map(),
        people: new Map(),
        row,
      };
      for (const [column, title] of ONE_VALUE) {
        const given = value[column] || null;
        if (given === null) continue;
        const earlier = account.given[column];
        if (earlier !== undefined && earlier !== given)
          return refuse(title, `В\u00a0строке ${account.row} у\u00a0этого счёта другое значение.`);
        account.given[column] = given;
        account.columns[column] = given;
      }
      if (account.columns.openedOn && account.columns.closedOn && account.columns.openedOn > account.columns.closedOn)
        return refuse('Закрыт', 'Счёт закрыт раньше, чем открыт.');
      const key = premisesKey(value.premises);
      account.places.set(`${house.id} ${key}`, { houseId: house.id, key, parsed: value.premises });
      if (value.lastName || value.organizationName) {
        const one: ImportedPerson = {
          kind: value.kind,
          organizationName: value.organizationName || null,
          lastName: value.lastName || null,
          firstName: value.firstName || null,
          middleName: value.middleName || null,
          birthDate: value.birthDate,
          snils: value.snils,
        };
        account.people.set(JSON.stringify(one), one);
      }
      next.set(value.number, account);
      return true;
    });

    const added: NextAccount[] = [];
    const changed: NextAccount[] = [];
    let same = 0;
    for (const account of next.values()) {
      if (spoiled.has(account.number)) {
        table.problems.push({
          row: account.row,
          column: 'Лицевой счёт',
          message: `Счёт ${account.number} не\u00a0загружаем: в\u00a0другой его строке ошибка.`,
        });
        continue;
      }
      const before = known.get(account.number);
      if (!before) added.push(account);
      else if (
        JSON.stringify(before.columns) === JSON.stringify(account.columns) &&
        sameKeys(before.places, account.places) &&
        (account.people.size === 0 || sameKeys(before.people, account.people))
      )
        same++;
      else changed.push(account);
    }
    return {
      added: added.length,
      changed: changed.length,
      same,
      async apply() {
        await write(tx, organizationId, added, changed, known);
        await matchAllOpen(tx, organizationId);
      },
    };
  },
});

/** Columns that say one thing of an account, whatever row they stand in. */
const ONE_VALUE = [
  ['unifiedAccountNumber', 'ЕЛС'],
  ['serviceId', 'Идентификатор ЖКУ'],
  ['openedOn', 'Открыт'],
  ['closedOn', 'Закрыт'],
  ['area', 'Площадь'],
] as const;

type AccountColumns = Record<(typeof ONE_VALUE)[number][0], string | null>;
const EMPTY: AccountColumns = {
  unifiedAccountNumber: null,
  serviceId: null,
  openedOn: null,
  closedOn: null,
  area: null,
};

interface ImportedPerson {
  kind: string;
  organizationName: string | null;
  lastName: string | null;
  firstName: string | null;
  middleName: string | null;
  birthDate: string | null;
  snils: string | null;
}

interface NextAccount {
  number: string;
  columns: AccountColumns;
  /** What the file says, to tell rows that contradict each other. */
  given: Partial<AccountColumns>;
  places: Map<string, { houseId: string; key: string; parsed: PremisesNumber }>;
  people: Map<string, ImportedPerson>;
  /** The first row of the file that names it. */
  row: number;
}

interface KnownAccount {
  id: string;
  columns: AccountColumns;
  places: Map<string, string>;
  people: Map<string, true>;
}

const sameKeys = (a: Map<string, unknown>, b: Map<string, unknown>) =>
  a.size === b.size && [...a.keys()].every((key) => b.has(key));

/** Accounts of the organization as this import left or would leave them; people from elsewhere are not its own. */
async function knownAccounts(tx: Tx, organizationId: string): Promise<Map<string, KnownAccount>> {
  const rows = await tx.select().from(accounts).where(eq(accounts.organizationId, organizationId));
  const byId = new Map<string, KnownAccount>();
  const known = new Map<string, KnownAccount>();
  for (const { id, number, unifiedAccountNumber, serviceId, openedOn, closedOn, area } of rows) {
    const account: KnownAccount = {
      id,
      columns: { unifiedAccountNumber, serviceId, openedOn, closedOn, area },
      places: new Map(),
      people: new Map(),
    };
    byId.set(id, account);
    known.set(number, account);
  }
  const places = await tx
    .select({ accountId: accountPremises.accountId, id: premises.id, houseId: premises.houseId, key: premises.key })
    .from(accountPremises)
    .innerJoin(premises, eq(premises.id, accountPremises.premisesId))
    .where(eq(premises.organizationId, organizationId));
  for (const { accountId, id, houseId, key } of places) byId.get(accountId)?.places.set(`${houseId} ${key}`, id);
  const people = await tx
    .select()
    .from(accountPeople)
    .where(and(eq(accountPeople.organizationId, organizationId), eq(accountPeople.source, 'excel')));
  for (const { accountId, kind, organizationName, lastName, firstName, middleName, birthDate, snils } of people) {
    const one: ImportedPerson = { kind, organizationName, lastName, firstName, middleName, birthDate, snils };
    byId.get(accountId)?.people.set(JSON.stringify(one), true);
  }
  return known;
}

async function write(
  tx: Tx,
  organizationId: string,
  added: NextAccount[],
  changed: NextAccount[],
  known: Map<string, KnownAccount>,
): Promise<void> {
  const placeIds = await ensurePremises(tx, organizationId, [...added, ...changed]);
  const ids = new Map<string, string>();
  for (const batch of batches(added)) {
    const rows = await tx
      .insert(accounts)
      .values(batch.map(({ number, columns }) => ({ organizationId, number, ...columns, source: 'excel' })))
      .returning({ id: accounts.id, number: accounts.number });
    for (const { id, number } of rows) ids.set(number, id);
  }
  for (const batch of batches(changed)) {
    for (const { number } of batch) ids.set(number, known.get(number)!.id);
    const rows = batch.map(({ number, columns }) => ({ id: ids.get(number), ...columns }));
    await tx.execute(sql`
      update accounts a set unified_account_number = n."unifiedAccountNumber", service_id = n."serviceId",
        opened_on = n."openedOn", closed_on = n."closedOn", area = n.area, updated_at = now()
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as n(id uuid, "unifiedAccountNumber" text, "serviceId" text, "openedOn" date, "closedOn" date, area numeric)
      where a.id = n.id and a.organization_id = ${organizationId}`);
    const accountIds = batch.map(({ number }) => ids.get(number)!);
    await tx.delete(accountPremises).where(inArray(accountPremises.accountId, accountIds));
  }
  const named = changed.filter(({ people }) => people.size > 0).map(({ number }) => ids.get(number)!);
  for (const batch of batches(named))
    await tx
      .delete(accountPeople)
      .where(and(inArray(accountPeople.accountId, batch), eq(accountPeople.source, 'excel')));
  const all = [...added, ...changed];
  for (const batch of batches(
    all.flatMap(({ number, places }) =>
      [...places.keys()].map((place) => ({ accountId: ids.get(number)!, premisesId: placeIds.get(place)! })),
    ),
  ))
    await tx.insert(accountPremises).values(batch);
  for (const batch of batches(
    all.flatMap(({ number, people }) =>
      [...people.values()].map((one) => ({ organizationId, accountId: ids.get(number)!, ...one, source: 'excel' })),
    ),
  ))
    await tx.insert(accountPeople).values(batch);
}

/** Ids of the premises by `houseId key`; those that are missing are made. */
async function ensurePremises(tx: Tx, organizationId: string, all: NextAccount[]): Promise<Map<string, string>> {
  const wanted = new Map(all.flatMap(({ places }) => [...places]));
  for (const batch of batches([...wanted.values()]))
    await tx
      .insert(premises)
      .values(
        batch.map(({ houseId, key, parsed }) => ({
          organizationId,
          houseId,
          key,
          kind: parsed.kind,
          number: parsed.number + parsed.suffix,
          room: parsed.room,
          source: 'excel',
        })),
      )
      .onConflictDoNothing();
  const rows = await tx
    .select({ id: premises.id, houseId: premises.houseId, key: premises.key })
    .from(premises)
    .where(and(eq(premises.organizationId, organizationId), isNull(premises.terminatedOn)));
  return new Map(rows.map(({ id, houseId, key }) => [`${houseId} ${key}`, id]));
}

/** «Сумма задолженности» and «месяцев» of accounts on a day, from Excel. */
export const balancesImport = importKind({
  title: 'Остатки по\u00a0лицевым счетам',
  may: ['admin', 'debt_clerk'],
  back: '/accounts',
  columns: {
    number: NUMBER,
    asOf: { title: 'На дату', also: ['Дата'], required: true, hint: '01.11.2026' },
    sum: {
      title: 'Сумма задолженности',
      also: ['Долг', 'Задолженность', 'Сумма'],
      required: true,
      hint: '12 345,67; переплата со знаком минус',
    },
    months: { title: 'Месяцев', also: ['Месяцев долга'], hint: 'Сколько месяцев не платят' },
  },
  schema: z.object({
    number: numberCell,
    asOf: dateCell.refine((date) => date !== null, 'Введите дату.'),
    sum: moneyCell({ negative: true }).refine((sum) => sum !== null, 'Введите сумму.'),
    months: textCell(10, 'Месяцев')
      .refine((text) => text === '' || /^\d{1,4}$/.test(text), 'Целое число месяцев.')
      .transform((text) => (text === '' ? null : Number(text))),
  }),
  async plan(tx, person, table) {
    await lockOrganization(tx, person);
    const organizationId = person.organizationId;
    const rows = await tx
      .select({ id: accounts.id, number: accounts.number })
      .from(accounts)
      .where(eq(accounts.organizationId, organizationId));
    const ids = new Map(rows.map(({ id, number }) => [number, id]));
    const before = await tx.select().from(accountBalances).where(eq(accountBalances.organizationId, organizationId));
    const known = grouped(before, ({ accountId, asOf }) => `${accountId} ${asOf}`);
    withoutRepeats(table, 'Лицевой счёт', ({ number, asOf }) => `${number} ${asOf}`);
    const set: (typeof accountBalances.$inferInsert)[] = [];
    let changed = 0;
    let same = 0;
    table.rows = table.rows.filter(({ row, value }) => {
      const accountId = ids.get(value.number);
      if (!accountId) {
        table.problems.push({ row, column: 'Лицевой счёт', message: 'Такого лицевого счёта нет.' });
        return false;
      }
      const balance = { organizationId, accountId, asOf: value.asOf!, sum: value.sum!, months: value.months };
      const [now] = known.get(`${accountId} ${value.asOf}`) ?? [];
      if (now && now.sum === balance.sum && now.months === balance.months) same++;
      else {
        if (now) changed++;
        set.push(balance);
      }
      return true;
    });
    return {
      added: set.length - changed,
      changed,
      same,
      async apply() {
        for (const batch of batches(set))
          await tx
            .insert(accountBalances)
            .values(batch)
            .onConflictDoUpdate({
              target: [accountBalances.accountId, accountBalances.asOf],
              set: { sum: sql`excluded.sum`, months: sql`excluded.months` },
            });
      },
    };
  },
});
