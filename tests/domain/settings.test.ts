import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificateTerm } from '@/app/(staff)/settings/link-view';
import { db } from '@/db/client';
import { debtRequests } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { workerState } from '@/db/schema/jobs';
import { organizations } from '@/db/schema/staff';
import { performAction } from '@/lib/action';
import type { Person } from '@/lib/auth/actor';
import { readCertificate } from '@/lib/gis/signature/certificate';
import { createDevKey } from '@/lib/gis/signature/dev-key';
import { readPrivateKey } from '@/lib/gis/signature/key';
import { SigningProblem } from '@/lib/gis/signature/problem';
import { pemSigner } from '@/lib/gis/signature/signer';
import { workOnce } from '@/lib/jobs/worker';
import {
  checkConnection,
  connectionCheck,
  getGisSettings,
  listAdmins,
  saveGisSettings,
} from '@/lib/staff/gis-settings';
import { type GisSettings, type GisSettingsInput, gisSettingsSchema } from '@/lib/staff/gis-settings-schema';
import { getRequisites, saveRequisites } from '@/lib/staff/requisites';
import { requisitesSchema } from '@/lib/staff/requisites-schema';
import { makeOrganization, makePerson } from '../factories';
import { openPortal, type Portal } from '../portal';
import { resetDatabase } from '../setup/reset-database';

let organization: Portal['organization'];
let admin: Person;

/** What a living worker writes of itself. */
async function workerSays(keyProblem: string | null, heartbeatAt = new Date()): Promise<void> {
  const state = { heartbeatAt, engine: 'embedded', keyProblem };
  await db
    .insert(workerState)
    .values({ id: 1, ...state })
    .onConflictDoUpdate({ target: workerState.id, set: state });
}

const stored = async () => (await db.select().from(organizations).where(eq(organizations.id, organization.id)))[0]!;

const checks = async () =>
  (await db.select().from(exchanges).orderBy(asc(exchanges.createdAt))).filter(({ query }) => query?.kind === 'check');

async function latest(person = admin) {
  const result = await connectionCheck(person);
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.check;
}

const TYPED: GisSettingsInput = {
  orgPpaGuid: ' 7D3F1A52-6C0B-4B7E-9A41-2F5E8C9D0B13 ',
  executorGuid: '',
  isOperatorSignature: false,
  exportFormat: '14.0.0.0',
  onlyUnanswered: true,
  syncAtLogin: false,
  snilsRequired: true,
  syncAt: '6.30',
  syncDays: '90',
  freshnessHours: '6',
};

const SAVED: GisSettings = {
  ...TYPED,
  orgPpaGuid: '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13',
  executorGuid: null,
  syncAt: '06:30',
  syncDays: 90,
  freshnessHours: 6,
};

/** As the form calls it. */
const save = (input: unknown, person: Person | null = admin) =>
  performAction(async () => person, gisSettingsSchema, saveGisSettings, 'saveGisSettings', input);

describe('the settings', () => {
  beforeEach(async () => {
    await resetDatabase();
    organization = await makeOrganization();
    admin = await makePerson(organization, ['admin']);
  });

  test('what is typed is saved as it is meant, and read again', async () => {
    expect(await save(TYPED)).toEqual({ ok: true });
    expect(await getGisSettings(admin)).toEqual(SAVED);
    expect(await stored()).toMatchObject(SAVED);
  });

  test('a GUID of no known version is one for the portal, and so for us', async () => {
    const strange = '00000000-0000-0000-0000-000000000001';
    expect(await save({ ...TYPED, orgPpaGuid: strange, executorGuid: strange.toUpperCase() })).toEqual({ ok: true });
    expect(await stored()).toMatchObject({ orgPpaGuid: strange, executorGuid: strange });
  });

  test.each(['head', 'executor', 'debt_clerk'] as const)('%s: neither reads nor changes nor checks', async (role) => {
    const person = await makePerson(organization, [role]);
    const before = await stored();
    expect(await getGisSettings(person)).toBeNull();
    expect(await save(TYPED, person)).toMatchObject({ ok: false, reason: 'forbidden' });
    expect(await checkConnection(person)).toMatchObject({ ok: false, reason: 'forbidden' });
    expect(await connectionCheck(person)).toMatchObject({ ok: false, reason: 'forbidden' });
    expect(await stored()).toEqual(before);
    expect(await checks()).toEqual([]);
    expect(await listAdmins(person)).toEqual(['Проверкина\u00a0А.\u00a0И.']);
  });

  test('without a session nothing happens', async () => {
    const before = await stored();
    expect(await save(TYPED, null)).toEqual({ ok: false, reason: 'unauthenticated' });
    expect(await stored()).toEqual(before);
  });

  test('an admin of another organization changes his own and no other', async () => {
    const other = await makeOrganization();
    const stranger = await makePerson(other, ['admin']);
    const before = await stored();
    expect(await save(TYPED, stranger)).toEqual({ ok: true });
    expect(await stored()).toEqual(before);
    expect(await getGisSettings(stranger)).toEqual(SAVED);
  });

  test('the identifier of another organization is refused beside its field, one’s own is not', async () => {
    const other = await makeOrganization();
    expect(await save({ ...TYPED, orgPpaGuid: other.orgPpaGuid.toUpperCase() })).toMatchObject({
      reason: 'invalid',
      fields: { orgPpaGuid: 'Этот идентификатор уже указан у\u00a0другой организации.' },
    });
    expect((await stored()).orgPpaGuid).toBe(organization.orgPpaGuid);
    expect(await save({ ...TYPED, orgPpaGuid: organization.orgPpaGuid })).toEqual({ ok: true });
  });

  test.each<[keyof GisSettingsInput, unknown[]]>([
    ['orgPpaGuid', ['', 'нет', '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b1', `${randomUUID()}0`, `{${randomUUID()}}`]],
    ['executorGuid', ['нет', '0', "' or 1=1 --"]],
    ['exportFormat', ['13', '', '<b>', '15.10.0.0']],
    ['syncDays', ['', ' ', '0', '-1', '1101', '1.5', 'шестьдесят', '1e9', null]],
    ['freshnessHours', ['', '0', '169', 'Infinity', 'NaN']],
  ])('%s: garbage is refused with a Russian sentence beside the field', async (field, values) => {
    const before = await stored();
    for (const value of values) {
      const result = await save({ ...TYPED, [field]: value });
      expect(result, String(value)).toMatchObject({ reason: 'invalid' });
      const { fields } = result as { fields: Record<string, string> };
      expect(Object.keys(fields), String(value)).toEqual([field]);
      expect(fields[field]).toMatch(/^[А-ЯЁ].*\.$/);
    }
    expect(await stored()).toEqual(before);
  });

  test.each([[null], ['x'], [[]], [{}], [{ ...TYPED, isOperatorSignature: 'on' }]])(
    'a forged call is refused: %j',
    async (input) => {
      const before = await stored();
      expect(await save(input)).toMatchObject({ reason: 'invalid' });
      expect(await stored()).toEqual(before);
    },
  );

  test('nothing but the settings can be written', async () => {
    const before = await stored();
    await save({ ...TYPED, id: randomUUID(), createdAt: '2000-01-01' });
    const { id, createdAt } = await stored();
    expect({ id, createdAt }).toEqual({ id: before.id, createdAt: before.createdAt });
  });
});

describe('«Реквизиты»', () => {
  beforeEach(async () => {
    await resetDatabase();
    organization = await makeOrganization();
    admin = await makePerson(organization, ['admin']);
  });
  const write = (input: unknown, person: Person | null = admin) =>
    performAction(async () => person, requisitesSchema, saveRequisites, 'saveRequisites', input);
  const TRUE = { name: ' ООО «УК „Заречье“» ', inn: '77 0708 3893', ogrn: '1027700132195' };

  test('what is typed is saved as it is meant; empty numbers are none', async () => {
    expect(await write(TRUE)).toEqual({ ok: true });
    expect(await getRequisites(admin)).toEqual({
      name: 'ООО «УК „Заречье“»',
      inn: '7707083893',
      ogrn: '1027700132195',
    });
    expect(await write({ ...TRUE, inn: '500100732259', ogrn: '304500116000157' })).toEqual({ ok: true });
    expect(await write({ ...TRUE, inn: ' ', ogrn: '' })).toEqual({ ok: true });
    expect(await stored()).toMatchObject({ inn: null, ogrn: null });
  });

  test.each<[keyof typeof TRUE, string[]]>([
    ['name', ['', ' \u00a0 ', 'я'.repeat(301), 'a\u0000b', '\ud800']],
    ['inn', ['7707083894', '770708389', '500100732258', '500100732249', 'нет', '77070838930']],
    ['ogrn', ['1027700132196', '102770013219', '304500116000158', '10277001321950']],
  ])('%s: garbage is refused with a Russian sentence beside the field', async (field, values) => {
    for (const value of values) {
      const result = await write({ ...TRUE, [field]: value });
      expect(result, value).toMatchObject({
        reason: 'invalid',
        fields: { [field]: expect.stringMatching(/^[А-ЯЁ].*\.$/) },
      });
      expect(Object.keys((result as { fields: object }).fields), value).toEqual([field]);
    }
    expect(await stored()).toMatchObject({ name: organization.name, inn: null, ogrn: null });
  });

  test.each(['head', 'executor', 'debt_clerk'] as const)('%s neither reads nor changes', async (role) => {
    const person = await makePerson(organization, [role]);
    expect(await getRequisites(person)).toBeNull();
    expect(await write(TRUE, person)).toMatchObject({ reason: 'forbidden' });
    expect(await stored()).toMatchObject({ name: organization.name });
  });
});

describe('«Проверить связь»', () => {
  let portal: Portal;

  beforeEach(async () => {
    await resetDatabase();
    portal = await openPortal();
    organization = portal.organization;
    admin = await makePerson(organization, ['admin']);
    await workerSays(null);
  });

  afterEach(() => portal.close());

  /** Presses the button and lets the worker work. */
  async function pressAndWork() {
    expect(await checkConnection(admin)).toEqual({ ok: true });
    await portal.work();
    return latest();
  }

  test('all is well: said so, and the requests of today are not taken in', async () => {
    portal.stand.control.addRequest({ orgPPAGUID: organization.orgPpaGuid });
    expect(await latest()).toBeNull();
    await checkConnection(admin);
    expect(await latest()).toMatchObject({ state: 'waiting', code: null, text: null });
    await portal.work();
    expect(await latest()).toMatchObject({ state: 'ok', code: null, text: null });
    expect(await db.select().from(debtRequests)).toEqual([]);
    // one message, and it was signed
    expect(portal.stand.control.counters().acknowledged.exportDebtSubrequests).toBe(1);
    expect((await checks())[0]!.requestXml).toContain('SignatureValue');
  });

  test('nothing to receive is well too', async () => {
    expect(await pressAndWork()).toMatchObject({ state: 'ok' });
  });

  test('it asks with the settings as they are saved', async () => {
    for (const exportFormat of ['13.1.10.1', '14.0.0.0', '15.3.0.0'] as const) {
      for (const isOperatorSignature of [true, false]) {
        const own = { orgPpaGuid: organization.orgPpaGuid, exportFormat, isOperatorSignature };
        await save({ ...TYPED, ...own });
        expect(await pressAndWork()).toMatchObject({ state: 'ok' });
        const sent = (await checks()).at(-1)!.requestXml!;
        expect(sent).toContain(`version="${exportFormat}"`);
        expect(sent.includes('IsOperatorSignature')).toBe(isOperatorSignature);
      }
    }
  });

  test('pressed twice at once: one message', async () => {
    await Promise.all([checkConnection(admin), checkConnection(admin), checkConnection(admin)]);
    expect(await checks()).toHaveLength(1);
    await portal.work();
    await pressAndWork();
    expect(await checks()).toHaveLength(2);
  });

  test('an identifier that the portal does not know', async () => {
    await save(TYPED);
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: 'AUT011002', text: 'Организация не найдена' });
    expect(check!.advice).toContain('идентификатор поставщика');
  });

  test.each([
    ['AUT011003', 'Доступ запрещен для поставщика данных', 'подаёт заявку'],
    ['AUT011009', 'Доступ не предоставлен', 'подаёт заявку'],
    ['AUT011005', 'Ошибка авторизации', 'сертификат'],
    ['FMT001301', 'Ошибка формата', 'версию формата'],
    ['INT002029', 'Проводятся технические работы', 'технические работы'],
    ['SRV999999', 'Неизвестное', 'поддержка'],
  ])('%s comes with its text, verbatim, and what to do', async (code, text, advice) => {
    portal.stand.control.inject({ fault: 'messageError', match: { operation: 'exportDebtSubrequests' }, code, text });
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code, text });
    expect(check!.advice).toContain(advice);
  });

  test('a certificate that the portal does not have', async () => {
    const { keyPem, certPem } = await createDevKey({ subject: 'ООО «Чужой»', passphrase: 'passphrase' });
    const key = readPrivateKey(keyPem, 'passphrase');
    portal.engine.signer = pemSigner({ key, certificate: readCertificate(certPem) });
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: expect.stringMatching(/^AUT/) });
    expect(check!.advice).toContain('сертификат');
  });

  test('a portal that is overloaded: its words, and no second message', async () => {
    portal.stand.control.inject({ fault: 'EXP001000', match: { operation: 'exportDebtSubrequests' }, times: 'always' });
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: 'EXP001000' });
    expect(check!.advice).toContain('через несколько минут');
    expect(await checks()).toHaveLength(1);
  });

  test('a bare 400 is most likely a wrong version', async () => {
    portal.stand.control.inject({ fault: 'http400', match: { operation: 'exportDebtSubrequests' } });
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: null, text: expect.stringContaining('HTTP 400') });
    expect(check!.advice).toContain('другую версию');
  });

  test('no tunnel', async () => {
    portal.engine.connection.url = 'http://127.0.0.1:1';
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: null, text: expect.stringContaining('ECONNREFUSED') });
    expect(check!.advice).toContain('GIS_URL');
    expect(await checks()).toHaveLength(1);
  });

  test.each(['http502', 'html', 'lostAck'] as const)('a tunnel with no portal behind it: %s', async (fault) => {
    portal.stand.control.inject({ fault, match: { operation: 'exportDebtSubrequests' } });
    const check = await pressAndWork();
    expect(check).toMatchObject({ state: 'failed', code: null });
    expect(check!.text).not.toBe('');
    expect(check!.advice).toContain('журнал туннеля');
  });

  test('no key: said at once; when the key is there, the check goes on by itself', async () => {
    const { signer } = portal.engine;
    portal.engine.signer = null;
    await workerSays('Файл ключа (GIS_KEY_FILE) не найден: key.pem');
    expect(await pressAndWork()).toMatchObject({
      state: 'failed',
      text: 'Файл ключа (GIS_KEY_FILE) не найден: key.pem',
    });
    await workerSays(null);
    portal.engine.signer = signer;
    expect(await latest()).toMatchObject({ state: 'waiting' });
    await portal.work();
    expect(await latest()).toMatchObject({ state: 'ok' });
  });

  test('a token that does not sign now: said; pressed again, it is tried again at once', async () => {
    const { signer } = portal.engine;
    portal.engine.signer = {
      ...signer!,
      sign: async () => {
        throw new SigningProblem('Носитель не вставлен.');
      },
    };
    await checkConnection(admin);
    await workOnce(portal.engine);
    expect(await latest()).toMatchObject({ state: 'failed', text: 'Носитель не вставлен.' });
    portal.engine.signer = signer;
    expect(await pressAndWork()).toMatchObject({ state: 'ok' });
    expect(await checks()).toHaveLength(2);
  });

  test('a worker that stands', async () => {
    await checkConnection(admin);
    await workerSays(null, new Date(Date.now() - 5 * 60_000));
    expect(await latest()).toMatchObject({ state: 'failed', text: expect.stringContaining('не\u00a0работает') });
    await db.delete(workerState);
    expect(await latest()).toMatchObject({ state: 'failed' });
  });

  test('accepted, but no result yet: what the portal says meanwhile is seen', async () => {
    portal.stand.control.inject({ fault: 'http502', match: { operation: 'getState' } });
    await checkConnection(admin);
    await workOnce(portal.engine);
    expect(await latest()).toMatchObject({ state: 'waiting', advice: expect.stringContaining('Портал принял') });
    await workOnce(portal.engine);
    expect(await latest()).toMatchObject({ state: 'waiting', text: expect.stringContaining('502') });
    await portal.work();
    expect(await latest()).toMatchObject({ state: 'ok' });
  });

  test('a check of another organization is not seen', async () => {
    await pressAndWork();
    const other = await makeOrganization();
    expect(await latest(await makePerson(other, ['admin']))).toBeNull();
  });
});

describe('the term of the certificate', () => {
  const now = new Date('2026-11-19T07:42:00Z');
  test.each([
    [45, 'answered', '45\u00a0дней'],
    [31, 'answered', '31\u00a0день'],
    [30, 'rework', '30\u00a0дней'],
    [8, 'rework', '8\u00a0дней'],
    [7, 'send_failed', '7\u00a0дней'],
    [2, 'send_failed', '2\u00a0дня'],
    [1, 'send_failed', 'завтра'],
    [0, 'send_failed', 'сегодня'],
  ] as const)('%i days left', (days, shape, words) => {
    const term = certificateTerm(new Date(now.getTime() + days * 86_400_000), now);
    expect(term.shape).toBe(shape);
    expect(`${term.label} ${term.left} ${term.warning}`).toContain(words);
    expect(term.warning === null).toBe(days > 30);
  });

  test('over', () => {
    expect(certificateTerm(new Date('2026-11-19T07:41:00Z'), now)).toMatchObject({
      shape: 'send_failed',
      label: 'Истёк 19.11.2026',
    });
  });
});
