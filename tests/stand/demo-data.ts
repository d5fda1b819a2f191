/**
 * The invented world of the demo: one managing company, its houses, those who ask. Nobody in it exists.
 * The GUIDs are constants, because the product's own demo data must name the same organization, people and houses.
 */
import { createHash } from 'node:crypto';
import type { Employee, Organization, Subrequest } from './model';
import { addMonths, addWorkingDays, isWorkingDay } from './moscow';

export const DEMO_ORG_PPA_GUID = '5b1d7a40-7c11-4e6a-9d02-1f0a3c5e7b90';

/** Employees as the portal knows them; the keys are the family names in the product's demo. */
export const DEMO_EMPLOYEES = {
  orlova: { guid: 'e1000000-7c11-4e6a-9d02-000000000001', fio: 'Орлова Марина Сергеевна' },
  gavrilov: { guid: 'e1000000-7c11-4e6a-9d02-000000000002', fio: 'Гаврилов Павел Николаевич' },
  safina: { guid: 'e1000000-7c11-4e6a-9d02-000000000003', fio: 'Сафина Регина Ильдаровна' },
  lytkin: { guid: 'e1000000-7c11-4e6a-9d02-000000000004', fio: 'Лыткин Денис Андреевич' },
  timofeeva: { guid: 'e1000000-7c11-4e6a-9d02-000000000005', fio: 'Тимофеева Алла Викторовна' },
  dementyeva: { guid: 'e1000000-7c11-4e6a-9d02-000000000006', fio: 'Дементьева Ольга Юрьевна' },
} as const satisfies Record<string, Employee>;

export const DEMO_ORGANIZATION: Organization = {
  orgPPAGUID: DEMO_ORG_PPA_GUID,
  name: 'ООО «УК „Заречье“»',
  employees: Object.values(DEMO_EMPLOYEES),
};

/** A second organization of the same settlement centre: some of its requests share their numbers with the first. */
export const DEMO_SECOND_ORGANIZATION: Organization = {
  orgPPAGUID: '5b1d7a40-7c11-4e6a-9d02-1f0a3c5e7b91',
  name: 'ТСЖ „Озёрная, 12“',
  employees: [{ guid: 'e1000000-7c11-4e6a-9d02-000000000011', fio: 'Орлова Марина Сергеевна' }],
};

const CITY = '624071, обл Приозёрская, г Верхнеозёрск';

export interface DemoHouse {
  houseGuid: string;
  /** The portal does not always give it. */
  fiasHouseGuid?: string;
  address: string;
  /** As `addressDetails` comes: with and without «кв.», rooms, letters; an empty string for a detached house. */
  premises: string[];
}

const house = (n: number, address: string, premises: string[], fias = true): DemoHouse => ({
  houseGuid: `a0000000-7c11-4e6a-9d02-${String(n).padStart(12, '0')}`,
  fiasHouseGuid: fias ? `f0000000-7c11-4e6a-9d02-${String(n).padStart(12, '0')}` : undefined,
  address,
  premises,
});

export const DEMO_HOUSES: DemoHouse[] = [
  house(1, `${CITY}, ул Космонавтов, д. 14, корп. 2`, [
    'кв. 117',
    'кв.9',
    '41',
    'кв. 63',
    'кв. 100',
    'кв. 12а',
    'кв. 28',
  ]),
  house(2, `${CITY}, ул Архитектора Белозерского, д. 7, корп. 1, литера Б`, [
    'кв. 214',
    'пом. 1п',
    'кв. 15',
    'кв. 78',
    'кв.201',
  ]),
  house(3, `${CITY}, ул Красных Партизан, д. 31`, ['кв. 5', 'кв. 5/1', 'кв. 17', '22', 'кв. 40']),
  house(4, `${CITY}, ул Красных Партизан, д. 31, корп. 2`, ['кв. 58', 'кв. 5', 'кв. 3']),
  house(5, `${CITY}, пер Кузнечный, д. 3а`, ['кв. 8, комн. 2', 'кв. 8, комн. 3', 'кв. 2', 'комн. 5']),
  house(6, `${CITY}, ул 8 Марта, д. 62/1`, ['кв. 40', 'кв. 77', 'кв. 103', 'кв. 6', 'кв. 51']),
  house(7, `${CITY}, пр-кт Строителей, д. 118`, ['кв. 301', 'кв. 12', 'кв. 44', 'кв. 198', 'кв. 250', 'кв.7']),
  house(8, `${CITY}, пр-кт Строителей, д. 104, корп. 3`, ['кв. 12', 'кв. 90', 'пом. 2н']),
  house(9, `${CITY}, наб реки Каменки, д. 22`, ['кв. 71', 'кв. 6', 'кв. 34', 'кв. 88']),
  house(10, `${CITY}, б-р Тополиный, д. 4`, ['кв. 126', 'кв. 31', 'кв. 8', 'кв. 54']),
  house(11, `${CITY}, мкр Солнечный, ул Генерала Ветрова, д. 9`, ['кв. 18', '21', 'кв. 2']),
  house(12, `${CITY}, ул Озёрная, д. 12`, [''], false),
  house(13, '624079, обл Приозёрская, м.о. Верхнеозёрский, п Лесной Кордон, ул Центральная, д. 5', ['блок 2'], false),
  house(14, `${CITY}, ул Космонавтов, д. 16`, ['кв. 33', 'кв. 64', 'кв. 5', 'кв. 70']),
  house(15, `${CITY}, ул Космонавтов, д. 20, стр. 1`, ['кв. 64', 'кв. 1', 'кв. 11', 'кв. 27', 'кв. 48']),
];

/** Those who ask, each with one clerk. */
export const DEMO_ASKERS: { organization: Subrequest['asker']; employee: Employee }[] = [
  {
    organization: {
      orgRootGuid: 'c0000000-7c11-4e6a-9d02-000000000001',
      name: 'МКУ «Центр социальных выплат и субсидий» Верхнеозёрского городского округа',
      tel: '+7 (343) 000-12-34 доб. 3',
    },
    employee: { guid: 'd0000000-7c11-4e6a-9d02-000000000001', fio: 'Ларионова Вера Павловна' },
  },
  {
    organization: {
      orgRootGuid: 'c0000000-7c11-4e6a-9d02-000000000002',
      name: 'Управление социальной защиты населения Верхнеозёрского городского округа',
      tel: '+7 (343) 000-45-67',
    },
    employee: { guid: 'd0000000-7c11-4e6a-9d02-000000000002', fio: 'Мельник Ирина Юрьевна' },
  },
  {
    organization: {
      orgRootGuid: 'c0000000-7c11-4e6a-9d02-000000000003',
      name:
        'Государственное казённое учреждение Приозёрской области — территориальный отраслевой исполнительный орган ' +
        'государственной власти «Соцзащита Приозёрской области» по городскому округу Верхнеозёрск и посёлкам Лесной Кордон, ' +
        'Малая Каменка и Верхние Броды, отделение № 4',
      tel: '8 (34300) 0-11-22, доб. 114, спросить отдел субсидий',
    },
    employee: {
      guid: 'd0000000-7c11-4e6a-9d02-000000000003',
      fio: 'Абдурахманова-Заславская Гульнара Мухаммедзаировна',
    },
  },
  {
    organization: {
      orgRootGuid: 'c0000000-7c11-4e6a-9d02-000000000004',
      name: 'Администрация посёлка Лесной Кордон',
    },
    employee: { guid: 'd0000000-7c11-4e6a-9d02-000000000004', fio: 'Ким Олег' },
  },
];

/** The refusal of the demo's story: the first answer for one request is not taken, the second is. */
export const DEMO_REFUSAL = {
  code: 'INT002000',
  text: 'Значение в поле subrequestGUID отсутствует в реестре. Сведения о запросе обновляются, повторите отправку ответа',
  times: 1,
};

const SURNAMES = [
  'Кравцов',
  'Белова',
  'Гордеев',
  'Ильина',
  'Мальцев',
  'Носкова',
  'Панин',
  'Рябова',
  'Тарасов',
  'Фомина',
];
const NAMES = ['Артём', 'Нина', 'Олег', 'Вера', 'Игорь', 'Анна', 'Павел', 'Лидия', 'Роман', 'Ольга'];
const PATRONYMICS = [
  'Олегович',
  'Сергеевна',
  'Петрович',
  'Ивановна',
  'Юрьевич',
  'Павловна',
  'Львович',
  'Романовна',
  'Ильич',
  'Юрьевна',
];

/** The account of premises of the demo: its numbers and its owner, the same here and in the product. */
export function demoAccount(house: DemoHouse, premises: string) {
  const n = DEMO_HOUSES.indexOf(house);
  const place =
    DEMO_HOUSES.slice(0, n).reduce((sum, { premises: all }) => sum + all.length, 0) + house.premises.indexOf(premises);
  const digits = premises.replace(/\D/g, '').padStart(4, '0');
  return {
    place,
    number: `1${String(n + 1).padStart(2, '0')}0${digits}${place % 10}`,
    unified: `20БЕ${String(100_000 + place * 37)}`,
    owner: {
      lastName: SURNAMES[place % SURNAMES.length]!,
      firstName: NAMES[place % NAMES.length]!,
      middleName: PATRONYMICS[place % PATRONYMICS.length]!,
    },
  };
}

/** What the portal calls the premises: HMobjectGUID of a request, PremisesGUID or LivingRoomGUID of the house. */
export const premisesGuid = (houseGuid: string, premises: string): string =>
  guidFrom(`premises/${houseGuid}/${premises}`);

/** A GUID that is always the same for the same text. */
export function guidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What format 14 calls the object; an empty string is a detached house. */
export function addressType(premises: string): string {
  if (!premises) return 'House';
  if (premises.startsWith('блок')) return 'HouseBlock';
  return premises.includes('комн') ? 'Room' : 'Apartment';
}

const LEADING_ZERO = 7;

/**
 * About 60 requests: one per premises of {@link DEMO_HOUSES}, due from today (the next working day, if today is none) to
 * five working days later, sent five working days before that, asking for three years. `today` is YYYY-MM-DD; `known` is
 * how many subrequests there are already, so that numbers do not repeat.
 */
export function demoSubrequests(today: string, known = 0): Subrequest[] {
  const first = addWorkingDays(today, 0);
  // What is due on the sixth day was sent on the first, which must not lie ahead.
  const days = isWorkingDay(today) ? 6 : 5;
  // By houses in turn, so that neighbours in the list are not neighbours in the house.
  const depth = Math.max(...DEMO_HOUSES.map(({ premises }) => premises.length));
  const places = Array.from({ length: depth }, (_, i) =>
    DEMO_HOUSES.flatMap((h) => (h.premises[i] === undefined ? [] : [{ house: h, premises: h.premises[i] }])),
  ).flat();
  return places.map(({ house: h, premises }, i): Subrequest => {
    const responseDate = addWorkingDays(first, i % days);
    const sentDate = addWorkingDays(responseDate, -5);
    const key = `${today}/${h.address}/${premises}`;
    const running = String(2_283_871 + (known + i) * 37);
    const asker = h.address.includes('Лесной Кордон') ? DEMO_ASKERS[3]! : DEMO_ASKERS[i % 3]!;
    return {
      guid: guidFrom(`subrequest/${key}`),
      requestGuid: guidFrom(`request/${key}`),
      requestNumber:
        i === LEADING_ZERO ? `00123${running}` : `${sentDate.slice(5, 7)}${sentDate.slice(0, 4)}${running}`,
      orgPPAGUID: DEMO_ORG_PPA_GUID,
      asker: asker.organization,
      askerEmployee: asker.employee,
      houseGuid: h.houseGuid,
      fiasHouseGuid: h.fiasHouseGuid,
      houseAddress: h.address,
      addressDetails: premises || undefined,
      hmObjectGuid: premisesGuid(h.houseGuid, premises),
      addressType: addressType(premises),
      fullAddress: premises ? `${h.address}, ${premises}` : h.address,
      periodStart: addMonths(sentDate, -36),
      periodEnd: sentDate,
      sentDate,
      responseDate,
      withdrawn: false,
      // The third of those due soonest.
      refuse: i === 2 * days ? { ...DEMO_REFUSAL } : undefined,
      arrivals: [],
    };
  });
}

/** The second organization's part of the last three requests: one request, two providers, two subrequests. */
export const demoSharedSubrequests = (first: readonly Subrequest[]): Subrequest[] =>
  first.slice(-3).map((subrequest) => ({
    ...subrequest,
    guid: guidFrom(`shared/${subrequest.guid}`),
    orgPPAGUID: DEMO_SECOND_ORGANIZATION.orgPPAGUID,
    refuse: undefined,
    arrivals: [],
  }));
