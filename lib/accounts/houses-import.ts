import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { houses } from '@/db/schema/houses';
import { divisions } from '@/db/schema/staff';
import { reassignHouses } from '@/lib/debt-requests/assign';
import { matchAllOpen } from '@/lib/debt-requests/match';
import { batches, grouped } from '@/lib/imports/batches';
import { guidCell, textCell } from '@/lib/imports/cells';
import { importKind, withoutRepeats } from '@/lib/imports/columns';
import { lockOrganization } from '@/lib/staff/organization';
import { addressKey } from './address';

/** «Дома» from Excel: addresses, codes of the ФИАС and of the portal, divisions. Loaded again, the same file changes nothing. */
export const housesImport = importKind({
  title: 'Дома',
  may: ['admin'],
  back: '/houses',
  columns: {
    address: {
      title: 'Адрес',
      also: ['Адрес дома'],
      required: true,
      hint: 'Например: г Верхнеозёрск, ул Озёрная, д. 12',
    },
    fiasHouseGuid: {
      title: 'Код ФИАС',
      also: ['Код здания по ФИАС', 'ФИАС', 'Код дома по ФИАС'],
      hint: '32 цифры и буквы a–f с дефисами, если известен',
    },
    gisHouseGuid: {
      title: 'Идентификатор дома в ГИС ЖКХ',
      also: ['Идентификатор дома', 'HouseGUID', 'HCSHouseGUID'],
      hint: 'Если известен',
    },
    shared: {
      title: 'Общий код',
      also: ['Корпус того же дома'],
      hint: 'да — это корпус или подъезд дома, у которого такой же код ФИАС',
    },
    division: { title: 'Подразделение', also: ['ЖЭУ', 'Участок'], hint: 'Название, как в разделе «Подразделения»' },
  },
  schema: z.object({
    address: textCell(500, 'Адрес').refine((text) => addressKey(text) !== '', 'Введите адрес дома.'),
    fiasHouseGuid: guidCell,
    gisHouseGuid: guidCell,
    shared: textCell(10, 'Общий код').transform((text, ctx) => {
      const typed = text.toLowerCase();
      if (['', 'нет'].includes(typed)) return false;
      if (typed === 'да') return true;
      ctx.addIssue('Бывает: да или нет.');
      return z.NEVER;
    }),
    division: textCell(200, 'Подразделение'),
  }),
  async plan(tx, person, table) {
    await lockOrganization(tx, person);
    const organizationId = person.organizationId;
    const [known, allDivisions] = [
      await tx.select().from(houses).where(eq(houses.organizationId, organizationId)),
      await tx
        .select({ id: divisions.id, name: divisions.name })
        .from(divisions)
        .where(eq(divisions.organizationId, organizationId)),
    ];
    const divisionsByName = grouped(allDivisions, ({ name }) => plain(name));
    const byGis = new Map(known.flatMap((house) => (house.gisHouseGuid ? [[house.gisHouseGuid, house]] : [])));
    // entrances share the code of their main building
    const byFias = new Map(
      known.flatMap((house) => (house.fiasHouseGuid && !house.mainHouseId ? [[house.fiasHouseGuid, house]] : [])),
    );
    const byAddress = grouped(known, ({ address }) => addressKey(address));

    withoutRepeats(table, 'Код ФИАС', ({ fiasHouseGuid, shared }) => (shared ? null : fiasHouseGuid));
    withoutRepeats(table, 'Идентификатор дома в ГИС ЖКХ', ({ gisHouseGuid }) => gisHouseGuid);
    withoutRepeats(table, 'Адрес', ({ address }) => addressKey(address));

    const added: (typeof houses.$inferInsert)[] = [];
    const changed: {
      id: string;
      address: string;
      fias: string | null;
      gis: string | null;
      main: string | null;
      division: string | null;
    }[] = [];
    // a building may stand in the file before the main one
    const mainOf = new Map([...byFias].map(([code, { id }]) => [code, id]));
    const idOfRow = new Map<number, string>();
    for (const { row, value } of table.rows) {
      if (value.shared || !value.fiasHouseGuid || mainOf.has(value.fiasHouseGuid)) continue;
      const [alike] = byAddress.get(addressKey(value.address)) ?? [];
      idOfRow.set(row, alike?.id ?? randomUUID());
      mainOf.set(value.fiasHouseGuid, idOfRow.get(row)!);
    }
    const moved: string[] = [];
    const rowOf = new Map<string, number>();
    let same = 0;
    table.rows = table.rows.filter(({ row, value }) => {
      const refuse = (column: string, message: string) => {
        table.problems.push({ row, column, message });
        return false;
      };
      const named = value.division ? (divisionsByName.get(plain(value.division)) ?? []) : [];
      if (value.division && named.length === 0)
        return refuse('Подразделение', `Подразделения «${value.division}» нет. Добавьте его или исправьте название.`);
      if (named.length > 1)
        return refuse(
          'Подразделение',
          `Подразделений «${value.division}» несколько: назначьте его в\u00a0списке домов.`,
        );
      const alike = byAddress.get(addressKey(value.address)) ?? [];
      const main = value.shared ? mainOf.get(value.fiasHouseGuid ?? '') : null;
      if (main === undefined)
        return refuse('Общий код', 'Дома с\u00a0таким кодом ФИАС нет ни\u00a0в\u00a0списке, ни\u00a0в\u00a0файле.');
      const coded = [
        value.gisHouseGuid ? byGis.get(value.gisHouseGuid) : undefined,
        value.fiasHouseGuid && !value.shared ? byFias.get(value.fiasHouseGuid) : undefined,
      ].filter((house) => house !== undefined);
      if (coded.length === 2 && coded[0] !== coded[1])
        return refuse('Код ФИАС', 'Код ФИАС и\u00a0идентификатор ГИС ЖКХ принадлежат двум разным домам.');
      if (coded.length === 0 && alike.length > 1)
        return refuse('Адрес', 'Домов с\u00a0таким адресом несколько. Укажите код ФИАС.');
      const house = coded[0] ?? alike[0];
      if (!house) {
        added.push({
          id: idOfRow.get(row) ?? randomUUID(),
          organizationId,
          mainHouseId: main,
          address: value.address,
          fiasHouseGuid: value.fiasHouseGuid,
          gisHouseGuid: value.gisHouseGuid,
          divisionId: named[0]?.id ?? null,
          source: 'excel',
        });
        return true;
      }
      if (
        coded.length === 0 &&
        value.fiasHouseGuid &&
        house.fiasHouseGuid &&
        house.fiasHouseGuid !== value.fiasHouseGuid
      )
        return refuse('Код ФИАС', 'У\u00a0дома с\u00a0этим адресом записан другой код ФИАС. Проверьте, какой верный.');
      if (main === house.id) return refuse('Общий код', 'Это сам основной дом: оставьте столбец пустым.');
      const earlier = rowOf.get(house.id);
      if (earlier !== undefined) return refuse('', `Это тот\u00a0же дом, что в\u00a0строке ${earlier}.`);
      rowOf.set(house.id, row);
      const next = {
        id: house.id,
        address: value.address,
        fias: value.fiasHouseGuid ?? house.fiasHouseGuid,
        gis: value.gisHouseGuid ?? house.gisHouseGuid,
        main: main ?? house.mainHouseId,
        division: named[0]?.id ?? house.divisionId,
      };
      if (
        next.address === house.address &&
        next.fias === house.fiasHouseGuid &&
        next.gis === house.gisHouseGuid &&
        next.main === house.mainHouseId &&
        next.division === house.divisionId
      ) {
        same++;
        return true;
      }
      changed.push(next);
      if (next.division !== house.divisionId) moved.push(house.id);
      return true;
    });

    return {
      added: added.length,
      changed: changed.length,
      same,
      async apply() {
        // main ones first: the others name them
        for (const chunk of batches(added.sort((a, b) => Number(!!a.mainHouseId) - Number(!!b.mainHouseId)))) {
          const rows = await tx.insert(houses).values(chunk).returning({ id: houses.id });
          moved.push(...rows.map(({ id }) => id));
        }
        for (const chunk of batches(changed)) {
          await tx.execute(sql`
            update houses h set address = n.address, fias_house_guid = n.fias, gis_house_guid = n.gis,
              main_house_id = n.main, division_id = n.division, updated_at = now()
            from json_to_recordset(${JSON.stringify(chunk)}::json)
              as n(id uuid, address text, fias uuid, gis uuid, main uuid, division uuid)
            where h.id = n.id and h.organization_id = ${organizationId}`);
        }
        for (const chunk of batches(moved)) await reassignHouses(tx, organizationId, chunk);
        await matchAllOpen(tx, organizationId);
      },
    };
  },
});

const plain = (name: string) => name.toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ').trim();
