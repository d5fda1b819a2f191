import { randomUUID } from 'node:crypto';
import { db } from '@/db/client';
import { debtRequestAccounts } from '@/db/schema/court-cases';
import { autoRuns, syncRuns } from '@/db/schema/debt-requests';
import { exchanges } from '@/db/schema/exchange';
import { accountPremises, accounts, houses, premises } from '@/db/schema/houses';
import { answerFileRows, answerFiles, imports } from '@/db/schema/imports';
import type { Person } from '@/lib/auth/actor';
import { addCaseFile } from '@/lib/court-cases/case-files';
import { caseFormSchema } from '@/lib/court-cases/case-schema';
import { saveCase } from '@/lib/court-cases/cases';
import { complete, sendAnswer, take } from '@/lib/debt-requests/answer';
import { previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import type { Role } from '@/lib/debt-requests/workflow';
import { uploadFile } from '@/lib/files/files';
import { getEmployee } from '@/lib/staff/employees';
import { saveFilter } from '@/lib/staff/preferences';
import { answerNo, makeDivision, reload } from '@/tests/factories';
import type { World } from './world';

/** What a case sends, and who gets through with it. An action or a route without a line here fails the test. */
export interface ActionCase {
  /** New objects of the organization and the input about them; `person` is who will knock. */
  input(world: World, person: Person): Promise<unknown>;
  /** Single roles that get through; the others are refused and change nothing. */
  may: readonly Role[];
  /** The input names a version that somebody may have overtaken. */
  versioned?: boolean;
  /** What is changed is the person's own: a stranger with the same input changes his own too. */
  own?: boolean;
}

const EVERYBODY: readonly Role[] = ['executor', 'head', 'debt_clerk', 'admin'];
const BOSSES: readonly Role[] = ['head', 'admin'];
const LOADERS: readonly Role[] = ['executor', 'head', 'admin'];
const fresh = async (world: World) => {
  const { id, version } = await world.request();
  return { id, version };
};
const at = async (id: string) => {
  const { version } = await reload(id);
  return { id, version };
};
/** Prepared by the executor of the world. */
async function prepared(world: World) {
  const request = await world.request();
  await take(world.people.executor, request);
  await complete(world.people.executor, { ...(await at(request.id)), answer: answerNo() });
  return at(request.id);
}
async function sending(world: World) {
  const request = await world.request();
  await sendAnswer(world.people.head, { id: request.id, version: request.version, answer: answerNo() });
  return at(request.id);
}

export const ACTIONS: Record<string, ActionCase> = {
  // requests
  takeAction: { input: fresh, may: ['executor', 'head', 'admin'], versioned: true },
  delegateAction: {
    input: async (world) => ({ ...(await fresh(world)), assigneeId: world.people.executor.userId, note: '' }),
    may: BOSSES,
    versioned: true,
  },
  takeBackAction: {
    input: async (world) => {
      const request = await world.request();
      await take(world.people.executor, request);
      return at(request.id);
    },
    may: BOSSES,
    versioned: true,
  },
  returnForReworkAction: {
    input: async (world) => ({ ...(await prepared(world)), comment: 'Приложите приказ' }),
    may: BOSSES,
    versioned: true,
  },
  saveDraftAction: {
    input: async (world) => ({ ...(await fresh(world)), answer: answerNo() }),
    may: BOSSES,
    versioned: true,
  },
  completeAction: {
    input: async (world, person) => {
      const { id } = await world.request({ assigneeId: person.userId });
      return { ...(await at(id)), answer: answerNo() };
    },
    may: EVERYBODY,
    versioned: true,
  },
  markReadyAction: {
    input: async (world) => ({ ...(await fresh(world)), answer: answerNo() }),
    may: BOSSES,
    versioned: true,
  },
  sendAnswerAction: {
    input: async (world) => ({ ...(await fresh(world)), answer: answerNo() }),
    may: BOSSES,
    versioned: true,
  },
  fillAnswerAction: {
    input: async (world) => ({ ...(await matched(world)), replace: false }),
    may: BOSSES,
    versioned: true,
  },
  holdAction: { input: fresh, may: BOSSES, versioned: true },
  releaseAction: {
    input: async (world) => {
      const { id } = await world.request({ heldBy: world.people.head.userId, heldAt: new Date() });
      return at(id);
    },
    may: BOSSES,
    versioned: true,
  },
  confirmDebtAction: { input: toVerify, may: ['debt_clerk', 'admin'], versioned: true },
  rejectDebtAction: {
    input: async (world) => ({ ...(await toVerify(world)), cause: 'paid', on: '2025-01-01' }),
    may: ['debt_clerk', 'admin'],
    versioned: true,
  },
  chooseMatchAction: {
    input: async (world) => {
      const { premisesId, id, version } = await matched(world);
      return { id, version, premisesId, remember: false };
    },
    may: EVERYBODY,
    versioned: true,
  },
  cancelSendingAction: { input: sending, may: BOSSES, versioned: true },
  correctAction: {
    input: async (world) => {
      const { id, version } = await world.request({ status: 'answered', hasDebt: false });
      return { id, version, reason: 'Ошибка' };
    },
    may: BOSSES,
    versioned: true,
  },

  // mass work: everybody may begin, each request is refused or done by its own rules
  startBulkAction: {
    input: async (world, person) => {
      const request = await world.request({ status: 'prepared', hasDebt: false });
      const selection = { action: 'send' as const, selection: { ids: [request.id] } };
      const previewed = await previewBulk(person, selection);
      return { ...selection, stamp: previewed.ok ? previewed.preview.stamp : '' };
    },
    may: ['executor', 'head', 'debt_clerk', 'admin'],
  },
  startExportAction: { input: async () => ({ from: '2026-01-01' }), may: EVERYBODY, own: true },
  stopBulkAction: {
    input: async (world, person) => {
      const request = await world.request({ status: 'prepared', hasDebt: false });
      const selection = { action: 'send' as const, selection: { ids: [request.id] } };
      const mine = person.organizationId === world.organization.id ? person : world.people.head;
      const previewed = await previewBulk(mine, selection);
      const run = await startBulk(mine, { ...selection, stamp: previewed.ok ? previewed.preview.stamp : '' });
      return { id: run.ok ? run.runId : randomUUID() };
    },
    may: EVERYBODY,
  },

  // one's own ways
  saveFilterAction: { input: async () => ({ name: 'Срочные', params: 'due=today' }), may: EVERYBODY, own: true },
  deleteFilterAction: {
    input: async (world, person) => {
      const mine = person.organizationId === world.organization.id ? person : world.people.head;
      const saved = await saveFilter(mine, { name: randomUUID(), params: '' });
      return { id: saved.ok && 'id' in saved ? saved.id : randomUUID() };
    },
    may: EVERYBODY,
    // what is not there counts as deleted
    own: true,
  },
  savePreferencesAction: { input: async () => ({ letterKeys: false }), may: EVERYBODY, own: true },
  markReadAction: { input: async () => ({}), may: EVERYBODY, own: true },
  saveMailAction: { input: async () => ({ mail: { digest: false } }), may: EVERYBODY, own: true },
  saveLetterKeysAction: { input: async () => ({ letterKeys: false }), may: EVERYBODY, own: true },
  rememberSearchAction: { input: async () => ({ text: 'Кравцов' }), may: EVERYBODY, own: true },
  changePasswordAction: {
    // the right words are told to no test here: what matters is that they are checked
    input: async () => ({ current: 'не тот пароль', next: 'слово-длинное-новое-7', repeat: 'слово-длинное-новое-7' }),
    may: [],
    own: true,
  },

  // exchange
  requestSyncAction: { input: async () => ({}), may: EVERYBODY, own: true },
  stopSyncAction: {
    input: async (world) => {
      await db.delete(syncRuns);
      const [run] = await db
        .insert(syncRuns)
        .values({ organizationId: world.organization.id, windows: [], onlyUnanswered: false })
        .returning();
      return { id: run!.id };
    },
    may: EVERYBODY,
    own: true,
  },
  retryExchangeAction: {
    input: async (world) => {
      const [row] = await db
        .insert(exchanges)
        .values({
          organizationId: world.organization.id,
          service: 'debtRequests',
          operation: 'exportDebtSubrequests',
          nextAt: new Date(Date.now() + 3_600_000),
        })
        .returning();
      return { id: row!.id };
    },
    may: EVERYBODY,
  },
  retryWaitingAction: { input: async () => ({}), may: EVERYBODY, own: true },

  // settings
  saveGisSettingsAction: {
    input: async (world) => ({
      orgPpaGuid: world.organization.orgPpaGuid,
      executorGuid: '',
      isOperatorSignature: true,
      exportFormat: '13.1.10.1',
      onlyUnanswered: false,
      syncAtLogin: false,
      snilsRequired: false,
      syncAt: '04:15',
      syncDays: 60,
      freshnessHours: 12,
    }),
    may: ['admin'],
    // the provider's identifier is unique in an installation: that one is taken cannot be hidden, and names nobody
    own: true,
  },
  saveRequisitesAction: {
    input: async () => ({ name: 'ООО «УК „Первая“»', inn: '7707083893', ogrn: '1027700132195' }),
    may: ['admin'],
    own: true,
  },
  saveFillSettingsAction: {
    input: async () => ({
      impossible: 'no',
      partlyOverlapping: 'yes',
      threshold: '100',
      verifyYes: false,
      fileEmptyMeansNo: true,
      fileSendAtOnce: true,
    }),
    may: ['admin'],
    own: true,
  },
  saveCalendarYearAction: {
    input: async () => ({ year: 2028, daysOff: '05.05', workingDays: '' }),
    may: ['admin'],
    own: true,
  },
  previewAutoAnswerAction: {
    input: async () => ({ which: 'all', days: '2', workingDays: false, at: '09:00', comment: '' }),
    may: ['admin'],
    own: true,
  },
  saveAutoAnswerAction: {
    input: async () => ({ which: 'off', days: '2', workingDays: false, at: '09:00', comment: '', stamp: '' }),
    may: ['admin'],
    own: true,
  },
  stopAutoRunAction: {
    input: async (world) => {
      const [run] = await db
        .insert(autoRuns)
        .values({ organizationId: world.organization.id, day: '2026-11-20', state: 'running' })
        .onConflictDoUpdate({ target: [autoRuns.organizationId, autoRuns.day], set: { state: 'running' } })
        .returning();
      return { id: run!.id };
    },
    may: ['admin'],
  },
  previewErasureAction: { input: async () => ({ from: '2020-01-01', to: '2020-12-31' }), may: ['admin'], own: true },
  startErasureAction: {
    input: async (world) => {
      await world.request({ status: 'expired', statusBeforeExpiry: 'new', responseDate: '2020-05-06' });
      return { from: '2020-01-01', to: '2020-12-31', count: 1, confirmation: '1' };
    },
    may: ['admin'],
    own: true,
  },
  checkConnectionAction: { input: async () => ({}), may: ['admin'], own: true },

  // staff
  createDivisionAction: {
    input: async () => ({ name: 'ЖЭУ № 9', parentId: '', responsibleId: '' }),
    may: ['admin'],
    own: true,
  },
  saveDivisionAction: {
    input: async (world) => ({
      id: await makeDivision(world.organization, randomUUID()),
      name: 'ЖЭУ № 9',
      parentId: '',
      responsibleId: '',
    }),
    may: ['admin'],
  },
  deleteDivisionAction: {
    input: async (world) => ({ id: await makeDivision(world.organization, randomUUID()) }),
    may: ['admin'],
  },
  saveDefaultResponsibleAction: { input: async (world) => ({ userId: world.people.head.userId }), may: ['admin'] },
  createEmployeeAction: { input: async () => employee({ login: 'belkina' }), may: ['admin'], own: true },
  saveEmployeeAction: {
    input: async (world) => {
      const row = (await getEmployee(world.people.admin, world.people.executor.userId))!;
      return { id: row.id, stamp: row.stamp, employee: employee({ login: row.login }) };
    },
    may: ['admin'],
  },
  resetPasswordAction: { input: async (world) => ({ id: world.people.executor.userId }), may: ['admin'] },
  blockEmployeeAction: {
    input: async (world) => ({ id: world.people.debt_clerk.userId, heirId: '' }),
    may: ['admin'],
  },
  collectHousesAction: { input: async () => ({}), may: ['admin'], own: true },
  loadFromPortalAction: { input: async () => ({}), may: ['debt_clerk', 'admin'], own: true },
  saveHouseAction: {
    input: async (world) => ({ id: await house(world), address: 'ул Новая, д. 1', fiasHouseGuid: '', divisionId: '' }),
    may: ['admin'],
  },
  assignDivisionAction: {
    input: async (world) => ({
      houseIds: [await house(world)],
      divisionId: await makeDivision(world.organization, randomUUID()),
    }),
    may: ['admin'],
  },
  saveCaseAction: {
    input: async (world) => ({
      id: '',
      version: 0,
      accountId: await account(world),
      liability: 'joint',
      columns: courtCase,
      respondents: [],
    }),
    may: ['debt_clerk', 'admin'],
  },
  removeCaseFileAction: {
    input: async (world) => ({ id: await scan(world) }),
    may: ['debt_clerk', 'admin'],
  },
  addPaymentAction: {
    input: async (world) => {
      const saved = await keptCase(world);
      return { caseId: saved.id, version: saved.version, paidOn: '01.03.2025', sum: '10', comment: '' };
    },
    may: ['debt_clerk', 'admin'],
    versioned: true,
  },
  confirmAnswersAction: {
    input: async (world, person) => ({ ...(await checkedAnswers(world, person)), chosen: 1 }),
    may: LOADERS,
  },
  stopAnswersAction: { input: checkedAnswers, may: LOADERS },
  chooseRowsAction: {
    input: async (world, person) => ({ ...(await checkedAnswers(world, person)), rows: [2], chosen: false }),
    may: LOADERS,
  },
  confirmImportAction: { input: checkedImport, may: ['admin'] },
  cancelImportAction: { input: checkedImport, may: ['admin'] },
  unblockEmployeeAction: { input: async (world) => ({ id: world.people.executor.userId }), may: ['admin'] },
};

/** Answers that a click of this person would load, or, knocked at by anybody else, those of the organization's head. */
async function checkedAnswers(world: World, person: Person) {
  const mine = person.organizationId === world.organization.id && person.roles.some((role) => LOADERS.includes(role));
  const { organizationId, userId } = mine ? person : world.people.head;
  const request = await world.request();
  const [file] = await db
    .insert(answerFiles)
    .values({
      organizationId,
      startedBy: userId,
      fileName: 'ответы.xlsx',
      bytes: Buffer.from('a'),
      state: 'checked',
      emptyMeansNo: false,
      sendAtOnce: false,
    })
    .returning();
  await db.insert(answerFileRows).values({
    fileId: file!.id,
    row: 2,
    rows: [2],
    requestId: request.id,
    version: request.version,
    requestNumber: '1',
    address: '',
    was: '',
    becomes: '',
    difference: '',
    kind: 'changed',
    chosen: true,
    answer: answerNo(),
  });
  return { id: file!.id };
}

/** A table that an admin's click would load, or, knocked at by anybody else, one of the organization's admin. */
async function checkedImport(world: World, person: Person) {
  const { admin } = world.people;
  const mine = person.organizationId === world.organization.id && person.roles.includes('admin') ? person : admin;
  const [row] = await db
    .insert(imports)
    .values({
      organizationId: mine.organizationId,
      startedBy: mine.userId,
      kind: 'houses',
      fileName: 'дома.xlsx',
      bytes: Buffer.from('a'),
      state: 'checked',
    })
    .returning();
  return { id: row!.id };
}

/** A request with premises and an account, by which nothing is owed. */
async function matched(world: World) {
  const organizationId = world.organization.id;
  const houseId = await house(world);
  const [place] = await db.insert(premises).values({ organizationId, houseId, key: 'flat:5' }).returning();
  const accountId = await account(world);
  await db.insert(accountPremises).values({ accountId, premisesId: place!.id });
  const request = await world.request({ matchState: 'matched', houseId, premisesId: place!.id });
  await db.insert(debtRequestAccounts).values({ requestId: request.id, accountId });
  return { id: request.id, version: request.version, premisesId: place!.id };
}
async function toVerify(world: World) {
  const { id, version } = await world.request({ status: 'ready', hasDebt: true, verification: 'required' });
  return { id, version };
}

async function account(world: World): Promise<string> {
  const [row] = await db
    .insert(accounts)
    .values({ organizationId: world.organization.id, number: randomUUID() })
    .returning();
  return row!.id;
}

const courtCase = {
  kind: 'иск',
  number: '2-1184/2025',
  filedOn: '01.02.2025',
  periodStart: '01.01.2024',
  periodEnd: '31.12.2024',
  claimed: '100',
  awarded: '100',
};

async function keptCase(world: World) {
  const saved = await saveCase(
    world.people.debt_clerk,
    caseFormSchema.parse({
      id: '',
      version: 0,
      accountId: await account(world),
      liability: 'joint',
      columns: courtCase,
      respondents: [],
    }),
  );
  if (!saved.ok) throw new Error(saved.reason);
  return saved;
}
async function scan(world: World): Promise<string> {
  const { id: caseId } = await keptCase(world);
  const result = await addCaseFile(world.people.debt_clerk, {
    caseId,
    name: 'приказ.txt',
    bytes: Buffer.from('Приказ'),
  });
  if (!result.ok) throw new Error(result.reason);
  return result.file.id;
}

async function house(world: World): Promise<string> {
  const [row] = await db
    .insert(houses)
    .values({ organizationId: world.organization.id, address: 'ул Тайная, д 13' })
    .returning();
  return row!.id;
}

const employee = (given: { login: string }) => ({
  lastName: 'Белкина',
  firstName: 'Елена',
  patronymic: '',
  email: '',
  roles: ['executor'],
  divisionId: '',
  gisEmployeeGuid: '',
  canSend: false,
  deputyId: '',
  awayFrom: '',
  awayUntil: '',
  ...given,
});

/** Server actions that answer with a redirect and have tests of their own. */
export const REDIRECTING = ['signOutAction', 'searchAction', 'switchOrganizationAction'];

/** What whoever has the secret may do without a session; staff.test.ts has its refusals. */
export const BY_SECRET = ['acceptInvitationAction'];

export interface RouteCase {
  method: 'GET' | 'POST';
  /** Path of the request with its parameters; `params` for the dynamic segments; `body` for POST. */
  ask(
    world: World,
    person: Person,
  ): Promise<{ path: string; params?: Record<string, string>; body?: unknown; headers?: Record<string, string> }>;
  /** Single roles that get a 2xx. */
  may: readonly Role[];
  /** Answers everybody with what is his own. */
  own?: boolean;
}

const attached = async (world: World) => {
  const request = await world.request();
  const result = await uploadFile(world.people.head, {
    requestId: request.id,
    name: 'приказ.txt',
    bytes: Buffer.from('Судебный приказ'),
  });
  if (!result.ok) throw new Error('not uploaded');
  return result.file.id;
};

export const ROUTES: Record<string, RouteCase> = {
  'GET /api/debt-requests': {
    method: 'GET',
    ask: async (world) => ({
      path: `/api/debt-requests?ids=${(await world.request({ status: 'answered', hasDebt: true })).id}`,
    }),
    may: EVERYBODY,
    own: true,
  },
  'GET /api/debt-requests/statistics': {
    method: 'GET',
    ask: async () => ({ path: '/api/debt-requests/statistics?from=2026-01-01&to=2026-01-31' }),
    may: EVERYBODY,
    own: true,
  },
  'POST /api/debt-requests/suggest': {
    method: 'POST',
    ask: async (world) => {
      await world.request();
      return { path: '/api/debt-requests/suggest', body: { field: 'house', typed: 'Тайная' } };
    },
    may: EVERYBODY,
    own: true,
  },
  'POST /api/debt-requests/bulk/preview': {
    method: 'POST',
    ask: async (world) => ({
      path: '/api/debt-requests/bulk/preview',
      body: { action: 'send', selection: { ids: [(await world.request()).id] } },
    }),
    may: EVERYBODY,
  },
  'GET /api/debt-requests/bulk': {
    method: 'GET',
    ask: async () => ({ path: '/api/debt-requests/bulk' }),
    may: EVERYBODY,
    own: true,
  },
  'GET /api/debt-requests/sync': {
    method: 'GET',
    ask: async () => ({ path: '/api/debt-requests/sync' }),
    may: EVERYBODY,
    own: true,
  },
  'GET /api/debt-requests/[id]/state': {
    method: 'GET',
    ask: async (world) => {
      const { id } = await world.request();
      return { path: `/api/debt-requests/${id}/state`, params: { id } };
    },
    may: EVERYBODY,
  },
  'GET /api/debt-requests/[id]/proof': {
    method: 'GET',
    // nothing was sent yet, so nobody gets one; who gets it when is proof.test.ts
    ask: async (world) => {
      const { id } = await world.request();
      return { path: `/api/debt-requests/${id}/proof`, params: { id } };
    },
    may: [],
  },
  'POST /api/files': {
    method: 'POST',
    ask: async (world) => ({
      path: `/api/files?requestId=${(await world.request()).id}`,
      headers: { 'x-file-name': 'note.txt' },
      body: 'text',
    }),
    may: BOSSES,
  },
  'GET /api/files/[id]': {
    method: 'GET',
    ask: async (world) => {
      const id = await attached(world);
      return { path: `/api/files/${id}`, params: { id } };
    },
    may: EVERYBODY,
  },
  'GET /api/files/[id]/view': {
    method: 'GET',
    // a text is never shown in the page, only downloaded
    ask: async (world) => {
      const id = await attached(world);
      return { path: `/api/files/${id}/view`, params: { id } };
    },
    may: [],
  },
  'GET /api/debt-requests/exports/[id]': {
    method: 'GET',
    // somebody else's file is nobody's; who gets his own is exchange-file.test.ts
    ask: async () => {
      const id = randomUUID();
      return { path: `/api/debt-requests/exports/${id}`, params: { id } };
    },
    may: [],
  },
  'POST /api/debt-requests/answer-files': {
    method: 'POST',
    ask: async () => ({ path: '/api/debt-requests/answer-files', headers: { 'x-file-name': 'a.xlsx' }, body: 'text' }),
    may: LOADERS,
    own: true,
  },
  'GET /api/debt-requests/answer-files/[id]': {
    method: 'GET',
    // somebody else's file is nobody's; who gets his own is answer-files.test.ts
    ask: async () => {
      const id = randomUUID();
      return { path: `/api/debt-requests/answer-files/${id}`, params: { id } };
    },
    may: [],
  },
  'GET /api/debt-requests/answer-files/sample': {
    method: 'GET',
    ask: async () => ({ path: '/api/debt-requests/answer-files/sample' }),
    may: EVERYBODY,
    own: true,
  },
  'POST /api/court-cases/files': {
    method: 'POST',
    ask: async (world) => ({
      path: `/api/court-cases/files?caseId=${(await keptCase(world)).id}`,
      headers: { 'x-file-name': 'note.txt' },
      body: 'text',
    }),
    may: ['debt_clerk', 'admin'],
  },
  'GET /api/court-cases/files/[id]': {
    method: 'GET',
    ask: async (world) => {
      const id = await scan(world);
      return { path: `/api/court-cases/files/${id}`, params: { id } };
    },
    may: EVERYBODY,
  },
  'POST /api/imports': {
    method: 'POST',
    ask: async () => ({ path: '/api/imports?kind=houses', headers: { 'x-file-name': 'a.xlsx' }, body: 'text' }),
    may: ['admin'],
    own: true,
  },
  'GET /api/imports/template': {
    method: 'GET',
    ask: async () => ({ path: '/api/imports/template?kind=houses' }),
    may: EVERYBODY,
    own: true,
  },
  'GET /api/notifications': {
    method: 'GET',
    ask: async () => ({ path: '/api/notifications' }),
    may: EVERYBODY,
    own: true,
  },
  'GET /api/settings/link': {
    method: 'GET',
    ask: async () => ({ path: '/api/settings/link' }),
    may: ['admin'],
    own: true,
  },
  'GET /settings/access-log/csv': {
    method: 'GET',
    ask: async () => ({ path: '/settings/access-log/csv' }),
    may: ['admin'],
    own: true,
  },
  'GET /exchange/[id]/xml': {
    method: 'GET',
    ask: async (world) => {
      const [row] = await db
        .insert(exchanges)
        .values({
          organizationId: world.organization.id,
          service: 'debtRequests',
          operation: 'exportDebtSubrequests',
          state: 'done',
          requestXml: '<a/>',
        })
        .returning();
      return { path: `/exchange/${row!.id}/xml?part=request`, params: { id: row!.id } };
    },
    may: ['admin'],
  },
};

/** Doors that stand open by their nature: monitoring (metrics by a secret of its own), log-in, and what checks its own signature. */
export const OPEN_ROUTES = [
  'GET /api/health',
  'GET /api/metrics',
  'GET /api/auth/[...nextauth]',
  'POST /api/auth/[...nextauth]',
];
