/** The stand refuses what the portal refuses and answers as the samples do. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Stand, startStand } from '../stand/stand';
import {
  ackOf,
  DEBT_PATH,
  exchange,
  exportBody,
  getState,
  importBody,
  importResults,
  message,
  NSI_PATH,
  periodOf,
  post,
  readReply,
  revokeAction,
  SAMPLE_EXECUTOR,
  SAMPLE_ORG,
  sendAction,
} from '../stand/test-client';
import { child, childrenOf, type Element, NS, textOf } from '../stand/xml';

const sample = (name: string) => readFileSync(new URL(`../gis/samples/${name}`, import.meta.url), 'utf8');
const NOW = Date.parse('2026-11-18T12:00:00+03:00');
/** The subrequests that the samples name. */
const FIRST = '4c1d9e70-c1b0-11f1-8e3a-0242ac120064';
const SECOND = '5e8b2c40-c2d7-11f1-8e3a-0242ac120064';
const SAMPLE_FILE = 'a4b5c6d7-e8f9-4a0b-9c1d-2e3f40516273';
const PERIOD = periodOf('2026-10-01', '2026-11-18');

let stand: Stand;

beforeEach(async () => {
  stand = await startStand({ clock: () => NOW, settings: { requireSignature: false } });
  stand.control.addOrganization({
    orgPPAGUID: SAMPLE_ORG,
    name: 'ООО «Пример»',
    employees: [{ guid: SAMPLE_EXECUTOR, fio: 'Исполнителев Иван Примерович' }],
  });
  stand.control.addRequest({ orgPPAGUID: SAMPLE_ORG, guid: FIRST, addressDetails: 'кв. 12' });
  stand.control.addRequest({ orgPPAGUID: SAMPLE_ORG, guid: SECOND });
  // The hash in the samples is that of «abc».
  stand.control.addFile({ guid: SAMPLE_FILE, orgPPAGUID: SAMPLE_ORG, name: 'act.pdf', base64: btoa('abc') });
});
afterEach(() => stand.close());

const exported = (body: Element) => {
  const result = child(body, NS.drs, 'exportDSRsResult');
  return childrenOf(result, NS.drs, 'subrequestData');
};
const guids = (body: Element) => exported(body).map((data) => textOf(data, NS.drs, 'subrequestGUID'));
const errorOf = (body: Element) => {
  const error = child(body, NS.base, 'ErrorMessage');
  return error && `${textOf(error, NS.base, 'ErrorCode')} ${textOf(error, NS.base, 'Description')}`;
};
const statusOf = async (guid: string) => {
  const { body } = await exchange(
    stand.url,
    'exportDebtSubrequests',
    exportBody(`<drs:subrequestGUID>${guid}</drs:subrequestGUID>`),
  );
  return textOf(exported(body)[0], NS.drs, 'responseStatus');
};

describe('the samples', () => {
  test.each([
    ['01-exportDebtSubrequests.request.xml', 'exportDebtSubrequests', DEBT_PATH],
    ['02-exportDebtSubrequests.page2.request.xml', 'exportDebtSubrequests', DEBT_PATH],
    ['03-exportDebtSubrequests.by-guid.request.xml', 'exportDebtSubrequests', DEBT_PATH],
    ['10-importResponses.request.xml', 'importResponses', DEBT_PATH],
    ['11-importResponses.revoke.request.xml', 'importResponses', DEBT_PATH],
    ['35-exportNsiItem.request.xml', 'exportNsiItem', NSI_PATH],
  ])('%s passes unsigned only where that is allowed', async (name, action, path) => {
    stand.control.set({ requireSignature: true });
    const refused = await post(stand.url, action, sample(name), path);
    expect(refused.status).toBe(500);
    expect(refused.text).toContain('AUT011004: Ошибка проверки подписи: сообщение не подписано');

    stand.control.set({ requireSignature: false });
    // A new message needs a new MessageGUID.
    const fresh = sample(name).replace(/(<base:MessageGUID>)[^<]+/, `$1${randomUUID()}`);
    const accepted = await post(stand.url, action, fresh, path);
    expect(accepted.status).toBe(200);
    const { invalid } = readReply('debt', accepted.text);
    expect(invalid).toBeUndefined();
    const result = readReply(
      path === NSI_PATH ? 'nsi' : 'debt',
      (await getState(stand.url, ackOf(accepted), path)).text,
    );
    expect(textOf(result.body, NS.base, 'RequestState')).toBe('3');
    expect(result.invalid).toBeUndefined();
  });

  test('10 is answered like 12: both accepted, then shown in 15.3.0.0 like 08', async () => {
    const guid = ackOf(await post(stand.url, 'importResponses', sample('10-importResponses.request.xml')));
    const state = await getState(stand.url, guid);
    expect(childrenOf(readReply('debt', state.text).body, NS.drs, 'importResult')).toHaveLength(2);
    expect(state.text).not.toContain('ErrorCode');
    // The header repeats the MessageGUID of the business message, not that of getState.
    expect(state.text).toContain(
      '<ns4:MessageGUID>0b7c1f2e-3a54-4d68-9c1b-7e2f4a6d8c10</ns4:MessageGUID></ns4:ResultHeader>',
    );

    const ack = ackOf(
      await post(stand.url, 'exportDebtSubrequests', sample('03-exportDebtSubrequests.by-guid.request.xml')),
    );
    const { body, invalid } = readReply('debt', (await getState(stand.url, ack)).text);
    expect(invalid).toBeUndefined();
    const [data, ...others] = exported(body);
    expect(others).toEqual([]);
    const object = child(child(data, NS.drs, 'requestInfo'), NS.drs, 'housingFundObject');
    expect(object?.children.map(({ name }) => name)).toEqual(['HMobjectGUID', 'adressType', 'address']);
    expect(textOf(data, NS.drs, 'responseStatus')).toBe('Sent');
    const debtInfo = child(child(data, NS.drs, 'responseData'), NS.drs, 'debtInfo');
    expect(textOf(child(debtInfo, NS.drs, 'person'), NS.drs, 'lastName')).toBe('Образцов');
    const notFound = child(child(body, NS.drs, 'exportDSRsResult'), NS.drs, 'notFound');
    expect(childrenOf(notFound, NS.drs, 'subrequestGUID').map(({ text }) => text)).toEqual([
      '9a6f0b12-a8f3-11f1-b7d2-0242ac120064',
      '00000000-0000-4000-8000-000000000000',
    ]);
  });

  test('13: EXP001000 is a Fault with the same parts', async () => {
    stand.control.inject({ fault: 'EXP001000' });
    const reply = await post(stand.url, 'exportDebtSubrequests', message(exportBody(PERIOD)));
    expect(reply.status).toBe(500);
    const fault = readReply('debt', reply.text).body;
    const theirs = readReply('debt', sample('13-fault.response.xml')).body;
    expect(textOf(fault, '', 'faultstring')).toBe(textOf(theirs, '', 'faultstring'));
    const detail = (element: Element) => child(child(element, '', 'detail'), NS.base, 'Fault')?.children;
    expect(detail(fault)?.map(({ name, text }) => [name, text])).toEqual(
      detail(theirs)?.map(({ name, text }) => [name, text]),
    );
  });
});

describe('what is refused at the door', () => {
  const valid = () => message(exportBody(PERIOD));

  test('a wrong version of the element: bare 400', async () => {
    const reply = await post(stand.url, 'exportDebtSubrequests', message(exportBody(PERIOD, '13.3.1.0')));
    expect(reply).toEqual({ status: 400, text: '' });
  });

  test('not XML, a DOCTYPE, an unknown element: bare 400', async () => {
    for (const body of ['<a>', valid().replace('<soap:E', '<!DOCTYPE a><soap:E'), message('<drs:nothing/>')]) {
      expect(await post(stand.url, 'exportDebtSubrequests', body)).toEqual({ status: 400, text: '' });
    }
  });

  test('a SOAPAction of another operation', async () => {
    const reply = await post(stand.url, 'importResponses', valid());
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('does not match an operation');
  });

  test.each([
    [
      'an element the schema does not know',
      (xml: string) => xml.replace('<base:startDate>', '<base:start/><base:startDate>'),
    ],
    ['a header without a date', (xml: string) => xml.replace(/<base:Date>.*?<\/base:Date>/, '')],
    ['a date that is none', (xml: string) => xml.replace('2026-10-01', '2026-13-01')],
    [
      'the header of another service',
      (xml: string) =>
        xml
          .replace(/base:RequestHeader/g, 'base:ISRequestHeader')
          .replace(/<base:orgPPAGUID>.*?<\/base:orgPPAGUID>/, ''),
    ],
  ])('%s: FMT001300', async (_, spoil) => {
    const reply = await post(stand.url, 'exportDebtSubrequests', spoil(valid()));
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('FMT001300: ');
  });

  test('more than 100 actions, a TransportGUID or a subrequest twice: FMT001300', async () => {
    const actions = Array.from({ length: 101 }, () => sendAction(randomUUID()));
    const transportGuid = randomUUID();
    for (const body of [
      importBody(...actions),
      importBody(sendAction(FIRST, { transportGuid }), sendAction(SECOND, { transportGuid })),
      importBody(sendAction(FIRST), revokeAction(FIRST)),
    ]) {
      const reply = await post(stand.url, 'importResponses', message(body));
      expect(reply.text).toContain('FMT001300: ');
    }
    expect((await post(stand.url, 'importResponses', message(importBody(...actions.slice(1))))).status).toBe(200);
  });

  test('an unknown organization: AUT011002', async () => {
    const reply = await post(stand.url, 'exportDebtSubrequests', message(exportBody(PERIOD), randomUUID()));
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('AUT011002');
  });

  test('the identical message again: EXP001000, as medle saw', async () => {
    const same = valid();
    expect((await post(stand.url, 'exportDebtSubrequests', same)).status).toBe(200);
    expect((await post(stand.url, 'exportDebtSubrequests', same)).text).toContain('EXP001000');
  });

  test('a MessageGUID that is unknown, forgotten, of another organization or service: INT002013', async () => {
    const guid = ackOf(await post(stand.url, 'exportDebtSubrequests', valid()));
    const other = randomUUID();
    stand.control.addOrganization({ orgPPAGUID: other, name: 'Другая', employees: [] });
    expect((await getState(stand.url, guid)).status).toBe(200);
    expect((await getState(stand.url, randomUUID())).text).toContain('INT002013');
    expect((await getState(stand.url, guid, DEBT_PATH, other)).text).toContain('INT002013');
    expect((await getState(stand.url, guid, NSI_PATH)).text).toContain('INT002013');
    stand.control.forgetMessages();
    expect((await getState(stand.url, guid)).text).toContain('INT002013');
  });

  test('without the Basic password of the test stands: 401', async () => {
    const closed = await startStand({ basicAuth: 'login:password' });
    try {
      expect((await post(closed.url, 'exportDebtSubrequests', valid())).status).toBe(401);
    } finally {
      await closed.close();
    }
  });
});

describe('exporting', () => {
  test('nothing to export is INT002012 in a finished result', async () => {
    const { body, invalid } = await exchange(
      stand.url,
      'exportDebtSubrequests',
      exportBody(periodOf('2026-01-01', '2026-02-01')),
    );
    expect(errorOf(body)).toBe('INT002012 Нет объектов для экспорта');
    expect(invalid).toBeUndefined();
  });

  test('a period of 6 months passes, a day more does not', async () => {
    const six = await exchange(stand.url, 'exportDebtSubrequests', exportBody(periodOf('2026-05-18', '2026-11-18')));
    expect(guids(six.body)).toEqual([FIRST, SECOND]);
    const more = await exchange(stand.url, 'exportDebtSubrequests', exportBody(periodOf('2026-05-17', '2026-11-18')));
    expect(errorOf(more.body)).toContain('6 месяцев');
  });

  test('the format decides the object: house and flat in 13.1.10.1, an object of the register in 14', async () => {
    const old = await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD));
    const object = (body: Element) =>
      child(child(exported(body)[0], NS.drs, 'requestInfo'), NS.drs, 'housingFundObject');
    expect(textOf(object(old.body), NS.drs, 'addressDetails')).toBe('кв. 12');
    expect(textOf(object(old.body), NS.drs, 'address')).not.toContain('кв.');
    const fresh = await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD, '14.0.0.0'));
    expect(textOf(object(fresh.body), NS.drs, 'addressDetails')).toBeUndefined();
    expect(textOf(object(fresh.body), NS.drs, 'adressType')).toBe('Apartment');
    expect(textOf(object(fresh.body), NS.drs, 'address')).toContain('кв. 12');
  });

  test('includeResponses: only for 13.1.10.1, where it decides', async () => {
    await importResults(stand.url, sendAction(FIRST));
    const asked = async (extra: string, version?: string) =>
      (await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD + extra, version))).body;
    const hasAnswer = (body: Element) => child(exported(body)[0], NS.drs, 'responseData') !== undefined;
    const flag = '<drs:includeResponses>true</drs:includeResponses>';
    expect(hasAnswer(await asked(''))).toBe(false);
    expect(hasAnswer(await asked(flag))).toBe(true);
    expect(hasAnswer(await asked('', '15.3.0.0'))).toBe(true);
    expect(errorOf(await asked(flag, '15.3.0.0'))).toContain('версии формата');
  });

  test('filters by status, house and number; leaves other organizations alone', async () => {
    const other = randomUUID();
    stand.control.addOrganization({ orgPPAGUID: other, name: 'Другая', employees: [] });
    const foreign = stand.control.addRequest({ orgPPAGUID: other, requestNumber: '00123' });
    const house = randomUUID();
    const own = stand.control.addRequest({ orgPPAGUID: SAMPLE_ORG, requestNumber: '00123', houseGuid: house });
    await importResults(stand.url, sendAction(FIRST));
    const asked = async (conditions: string) =>
      (await exchange(stand.url, 'exportDebtSubrequests', exportBody(conditions))).body;
    expect(guids(await asked(`${PERIOD}<drs:responseStatus>NotSent</drs:responseStatus>`))).toEqual([
      SECOND,
      own.subrequestGuid,
    ]);
    expect(guids(await asked(`${PERIOD}<drs:requestStatus>Processed</drs:requestStatus>`))).toEqual([FIRST]);
    expect(guids(await asked(`${PERIOD}<drs:houseGUID>${house.toUpperCase()}</drs:houseGUID>`))).toEqual([
      own.subrequestGuid,
    ]);
    const byNumber = await asked(
      '<drs:requestNumber>00123</drs:requestNumber><drs:requestNumber>123</drs:requestNumber>',
    );
    expect(guids(byNumber)).toEqual([own.subrequestGuid]);
    expect(textOf(child(exported(byNumber)[0], NS.drs, 'requestInfo'), NS.drs, 'requestNumber')).toBe('00123');
    expect(errorOf(await asked(`<drs:subrequestGUID>${foreign.subrequestGuid}</drs:subrequestGUID>`))).toContain(
      'INT002012',
    );
  });

  test('a withdrawn request disappears and comes back', async () => {
    const both = exportBody(
      `<drs:subrequestGUID>${FIRST}</drs:subrequestGUID><drs:subrequestGUID>${SECOND}</drs:subrequestGUID>`,
    );
    stand.control.withdraw({ subrequestGuid: FIRST });
    const { body } = await exchange(stand.url, 'exportDebtSubrequests', both);
    expect(guids(body)).toEqual([SECOND]);
    const notFound = child(child(body, NS.drs, 'exportDSRsResult'), NS.drs, 'notFound');
    expect(textOf(notFound, NS.drs, 'subrequestGUID')).toBe(FIRST);
    expect(guids((await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD))).body)).toEqual([SECOND]);

    stand.control.withdraw({ subrequestGuid: SECOND });
    expect(errorOf((await exchange(stand.url, 'exportDebtSubrequests', both)).body)).toContain('INT002012');
    stand.control.set({ allNotFound: 'notFound' });
    const none = await exchange(stand.url, 'exportDebtSubrequests', both);
    expect(
      childrenOf(child(child(none.body, NS.drs, 'exportDSRsResult'), NS.drs, 'notFound'), NS.drs, 'subrequestGUID'),
    ).toHaveLength(2);

    stand.control.reappear({ subrequestGuid: FIRST });
    expect(guids((await exchange(stand.url, 'exportDebtSubrequests', both)).body)).toEqual([FIRST]);
  });

  async function allBlocks() {
    const blocks: { guids: (string | undefined)[]; error?: string; last: string | undefined }[] = [];
    let cursor: string | undefined;
    do {
      const from: string = cursor ? `<drs:exportSubrequestGUID>${cursor}</drs:exportSubrequestGUID>` : '';
      const { body } = await exchange(stand.url, 'exportDebtSubrequests', exportBody(`${PERIOD}${from}`));
      const paged = child(child(body, NS.drs, 'exportDSRsResult'), NS.drs, 'pagedOutput');
      blocks.push({ guids: guids(body), error: errorOf(body), last: textOf(paged, NS.drs, 'lastPage') });
      cursor = textOf(paged, NS.drs, 'nextSubrequestGUID');
    } while (cursor);
    return blocks;
  }

  test('blocks of 100 with a cursor until lastPage', async () => {
    const { subrequestGuids } = stand.control.addRequests({ orgPPAGUID: SAMPLE_ORG, count: 248 });
    const blocks = await allBlocks();
    expect(blocks.map((block) => [block.guids.length, block.last])).toEqual([
      [100, undefined],
      [100, undefined],
      [50, 'true'],
    ]);
    expect(blocks.flatMap((block) => block.guids)).toEqual([FIRST, SECOND, ...subrequestGuids]);
  });

  test('a cursor of nothing, or of another organization, is refused', async () => {
    const other = randomUUID();
    stand.control.addOrganization({ orgPPAGUID: other, name: 'Другая', employees: [] });
    const foreign = stand.control.addRequest({ orgPPAGUID: other });
    for (const cursor of [randomUUID(), foreign.subrequestGuid]) {
      const from = `${PERIOD}<drs:exportSubrequestGUID>${cursor}</drs:exportSubrequestGUID>`;
      const { body } = await exchange(stand.url, 'exportDebtSubrequests', exportBody(from));
      expect(errorOf(body)).toContain('exportSubrequestGUID');
    }
  });

  test('a request withdrawn at the edge of a block loses none of the others', async () => {
    const { subrequestGuids } = stand.control.addRequests({ orgPPAGUID: SAMPLE_ORG, count: 148 });
    const { body } = await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD));
    const next = textOf(
      child(child(body, NS.drs, 'exportDSRsResult'), NS.drs, 'pagedOutput'),
      NS.drs,
      'nextSubrequestGUID',
    )!;
    expect(next).toBe(subrequestGuids[98]);
    stand.control.withdraw({ subrequestGuid: next });
    const second = await exchange(
      stand.url,
      'exportDebtSubrequests',
      exportBody(`${PERIOD}<drs:exportSubrequestGUID>${next}</drs:exportSubrequestGUID>`),
    );
    expect(guids(second.body)).toEqual(subrequestGuids.slice(99));
  });

  test('the last block may be empty, in either form', async () => {
    stand.control.set({ emptyLastPage: 'pagedOutput' });
    expect(await allBlocks()).toEqual([
      { guids: [FIRST, SECOND], error: undefined, last: undefined },
      { guids: [], error: undefined, last: 'true' },
    ]);
    stand.control.set({ emptyLastPage: 'INT002012' });
    expect((await allBlocks()).map(({ error }) => error)).toEqual([undefined, 'INT002012 Нет объектов для экспорта']);
  });

  test('a block may fail with the text of the transient error, then pass', async () => {
    stand.control.inject({ fault: 'contentNotFound', match: { nth: 2 } });
    const asked = async () => errorOf((await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD))).body);
    expect(await asked()).toBeUndefined();
    expect(await asked()).toContain('Error loading content: Content not found for guid: ');
    expect(await asked()).toBeUndefined();
  });

  test('other prefixes, the same message', async () => {
    stand.control.set({ prefixes: { soap: 'S', base: 'q1', drs: 'a' } });
    const { body, invalid } = await exchange(stand.url, 'exportDebtSubrequests', exportBody(PERIOD));
    expect(guids(body)).toEqual([FIRST, SECOND]);
    expect(invalid).toBeUndefined();
    const raw = await post(stand.url, 'exportDebtSubrequests', message(exportBody(PERIOD)));
    expect(raw.text).toContain('<q1:AckRequest>');
  });

  test('what is asked is escaped in the reply', async () => {
    const { subrequestGuid } = stand.control.addRequest({
      orgPPAGUID: SAMPLE_ORG,
      asker: { orgRootGuid: randomUUID(), name: 'ООО "А" & <Б> ]]>' },
    });
    const { body } = await exchange(
      stand.url,
      'exportDebtSubrequests',
      exportBody(`<drs:subrequestGUID>${subrequestGuid}</drs:subrequestGUID>`),
    );
    expect(textOf(child(child(exported(body)[0], NS.drs, 'requestInfo'), NS.drs, 'organization'), NS.drs, 'name')).toBe(
      'ООО "А" & <Б> ]]>',
    );
  });
});

describe('states of a message', () => {
  test('1, 2, 3 by the clock of the stand, the answer taking effect with 3', async () => {
    stand.control.set({ receivedMs: 10_000, processingMs: 60_000 });
    const guid = ackOf(await post(stand.url, 'importResponses', message(importBody(sendAction(FIRST)))));
    const state = async () => {
      const { body, invalid } = readReply('debt', (await getState(stand.url, guid)).text);
      expect(invalid).toBeUndefined();
      return [textOf(body, NS.base, 'RequestState'), childrenOf(body, NS.drs, 'importResult').length];
    };
    expect(await state()).toEqual(['1', 0]);
    stand.control.advanceClock({ ms: 10_000 });
    expect(await state()).toEqual(['2', 0]);
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).status).toBe('NotSent');
    stand.control.advanceClock({ ms: 60_000 });
    expect(await state()).toEqual(['3', 1]);
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).status).toBe('Sent');
  });

  test('exports lag behind, the truth does not', async () => {
    stand.control.set({ statusLagMs: 2 * 86_400_000 });
    await importResults(stand.url, sendAction(FIRST));
    expect(await statusOf(FIRST)).toBe('NotSent');
    const open = exportBody(`${PERIOD}<drs:responseStatus>NotSent</drs:responseStatus>`);
    expect(guids((await exchange(stand.url, 'exportDebtSubrequests', open)).body)).toEqual([FIRST, SECOND]);
    expect(await importResults(stand.url, revokeAction(FIRST))).toEqual(['']);
    await importResults(stand.url, sendAction(FIRST));
    stand.control.advanceClock({ days: 2 });
    expect(await statusOf(FIRST)).toBe('Sent');
  });
});

describe('answers', () => {
  const person = '<drs:person><drs:firstName>Пётр</drs:firstName><drs:lastName>Образцов</drs:lastName></drs:person>';
  const documentOf = ({
    code = '1',
    type = '237b587e-0b10-4702-b78c-8d641c3d4d45',
    file = SAMPLE_FILE,
    hash = 'b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c',
  } = {}) =>
    `<drs:document><drs:type><nsi:Code>${code}</nsi:Code><nsi:GUID>${type}</nsi:GUID></drs:type><drs:attachment><base:Name>act.pdf</base:Name>` +
    `<base:Description>Акт</base:Description><base:Attachment><base:AttachmentGUID>${file}</base:AttachmentGUID></base:Attachment>` +
    `${hash && `<base:AttachmentHASH>${hash}</base:AttachmentHASH>`}</drs:attachment></drs:document>`;
  const debt = (document = '') => ({ hasDebt: true, after: `<drs:debtInfo>${person}${document}</drs:debtInfo>` });

  test.each<[string, () => string, string]>([
    ['a complete one', () => sendAction(FIRST, debt(documentOf())), ''],
    [
      'an unknown subrequest',
      () => sendAction(randomUUID()),
      'INT002000 Значение в поле subrequestGUID отсутствует в реестре',
    ],
    [
      'an unknown employee',
      () => sendAction(FIRST, { executor: randomUUID() }),
      'INT002000 Значение в поле executorGUID отсутствует в реестре',
    ],
    ['a debt without a debtor', () => sendAction(FIRST, { hasDebt: true }), 'SRV900002'],
    ['a debtor without a debt', () => sendAction(FIRST, { ...debt(), hasDebt: false }), 'SRV900003'],
    ['a file that was not uploaded', () => sendAction(FIRST, debt(documentOf({ file: randomUUID() }))), 'FIL001001'],
    ['a file without its hash', () => sendAction(FIRST, debt(documentOf({ hash: '' }))), 'FIL001004'],
    [
      'a hash of something else',
      () =>
        sendAction(
          FIRST,
          debt(documentOf({ hash: '981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0' })),
        ),
      'FIL001005',
    ],
    [
      'a type of document of the other stand',
      () => sendAction(FIRST, debt(documentOf({ type: randomUUID() }))),
      'SRV007079',
    ],
    ['a type of document under another code', () => sendAction(FIRST, debt(documentOf({ code: '2' }))), 'INT002000'],
    [
      'a record of the registry of debts',
      () => sendAction(FIRST, { hasDebt: true, after: `<drs:debtGUID>${randomUUID()}</drs:debtGUID>` }),
      'INT002000',
    ],
    [
      'a revoke of what was not sent',
      () => revokeAction(FIRST),
      'SRV900004 Ответ на запрос не имеет статус "Ответ отправлен"',
    ],
    ['a Send without an answer', () => revokeAction(FIRST).replace('Revoke', 'Send'), 'SRV900005'],
  ])('%s', async (_, action, expected) => {
    const [first, second] = await importResults(stand.url, action(), sendAction(SECOND));
    if (expected) expect(first).toContain(expected);
    else expect(first).toBe('');
    // One bad answer does not refuse its neighbour.
    expect(second).toBe('');
  });

  test('another organization has no part in it', async () => {
    const other = randomUUID();
    stand.control.addOrganization({
      orgPPAGUID: other,
      name: 'Другая',
      employees: [{ guid: SAMPLE_EXECUTOR, fio: 'И' }],
    });
    const { body } = await exchange(stand.url, 'importResponses', importBody(sendAction(FIRST)), other);
    expect(textOf(child(child(body, NS.drs, 'importResult'), NS.base, 'Error'), NS.base, 'ErrorCode')).toBe(
      'INT002000',
    );
    expect(await statusOf(FIRST)).toBe('NotSent');

    const { attachmentGuid } = stand.control.addFile({ orgPPAGUID: other, name: 'act.pdf', base64: btoa('abc') });
    const [error] = await importResults(stand.url, sendAction(FIRST, debt(documentOf({ file: attachmentGuid }))));
    expect(error).toContain('FIL001001');
  });

  test('a withdrawn request takes no answer', async () => {
    stand.control.withdraw({ subrequestGuid: FIRST });
    expect(await importResults(stand.url, sendAction(FIRST))).toEqual([
      'INT002000 Значение в поле subrequestGUID отсутствует в реестре',
    ]);
  });

  test('Send replaces, Revoke takes back, everything is kept in order', async () => {
    await importResults(stand.url, sendAction(FIRST));
    await importResults(stand.url, sendAction(FIRST));
    let seen = stand.control.subrequest({ subrequestGuid: FIRST });
    expect([seen.acceptedSends, seen.distinctContents]).toEqual([2, 1]);
    expect(stand.control.state().sentDifferently).toEqual([]);

    await importResults(
      stand.url,
      sendAction(FIRST, { data: '<drs:description>&#1040; &amp; \u2028 ]]&gt;</drs:description>' }),
    );
    seen = stand.control.subrequest({ subrequestGuid: FIRST });
    expect(seen.arrivals.at(-1)?.answer?.description).toBe('А & \u2028 ]]>');
    expect([seen.acceptedSends, seen.distinctContents]).toEqual([3, 2]);
    expect(stand.control.state().sentDifferently).toEqual([FIRST]);

    expect(await importResults(stand.url, revokeAction(FIRST))).toEqual(['']);
    expect(await statusOf(FIRST)).toBe('NotSent');
    expect(
      stand.control.subrequest({ subrequestGuid: FIRST }).arrivals.map(({ kind, accepted }) => [kind, accepted]),
    ).toEqual([
      ['Send', true],
      ['Send', true],
      ['Send', true],
      ['Revoke', true],
    ]);
  });

  test('the term ends at 24:00 Moscow; then AutoGenerated, unless the date is moved', async () => {
    // Sent on 18.11.2026, a Wednesday: five working days later is the 25th.
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).responseDate).toBe('2026-11-25');
    stand.control.setClock({ at: '2026-11-25T23:59:59.999+03:00' });
    expect(await importResults(stand.url, sendAction(FIRST))).toEqual(['']);
    stand.control.advanceClock({ ms: 1 });
    expect((await importResults(stand.url, sendAction(SECOND)))[0]).toContain('Срок ответа на запрос истёк');
    expect(await statusOf(FIRST)).toBe('Sent');
    expect(await statusOf(SECOND)).toBe('AutoGenerated');
    stand.control.moveDeadline({ subrequestGuid: SECOND, responseDate: '2026-11-27' });
    expect(await statusOf(SECOND)).toBe('NotSent');
    expect(await importResults(stand.url, sendAction(SECOND))).toEqual(['']);
  });

  test('answered in the personal cabinet', async () => {
    stand.control.answerElsewhere({ subrequestGuid: FIRST, hasDebt: true });
    expect(await statusOf(FIRST)).toBe('Sent');
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).acceptedSends).toBe(0);
  });

  test('an injected refusal strikes the named answer once', async () => {
    stand.control.inject({ fault: 'itemError', subrequestGuid: SECOND, code: 'INT002018', text: 'Так вышло' });
    expect(await importResults(stand.url, sendAction(FIRST), sendAction(SECOND))).toEqual(['', 'INT002018 Так вышло']);
    expect(await importResults(stand.url, sendAction(SECOND))).toEqual(['']);
  });
});

describe('faults of the way', () => {
  const send = () => post(stand.url, 'importResponses', message(importBody(sendAction(FIRST))));

  test('a lost Ack: processed, but nobody hears of it', async () => {
    stand.control.inject({ fault: 'lostAck', match: { operation: 'importResponses' } });
    await expect(send()).rejects.toThrow();
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).acceptedSends).toBe(1);
    expect((await send()).status).toBe(200);
    expect(stand.control.subrequest({ subrequestGuid: FIRST })).toMatchObject({
      acceptedSends: 2,
      distinctContents: 1,
    });
  });

  test('half of a reply, then the end of the stream: processed', async () => {
    stand.control.inject({ fault: 'halfClosed', match: { operation: 'importResponses' } });
    await expect(send()).rejects.toThrow();
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).acceptedSends).toBe(1);
    expect((await send()).status).toBe(200);
  });

  test('a drop before: nothing was processed', async () => {
    stand.control.inject({ fault: 'drop' });
    await expect(send()).rejects.toThrow();
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).arrivals).toEqual([]);
    expect(stand.control.counters()).toEqual({ received: { importResponses: 1 }, acknowledged: {} });
  });

  test('EXP001000 twice, then a message of the same MessageGUID still fails', async () => {
    stand.control.inject({ fault: 'EXP001000', times: 2 });
    const body = message(importBody(sendAction(FIRST)));
    expect((await post(stand.url, 'importResponses', body)).status).toBe(500);
    expect((await send()).status).toBe(500);
    expect((await post(stand.url, 'importResponses', body)).text).toContain('EXP001000');
    expect((await send()).status).toBe(200);
  });

  test('400, 502, a page, a Fault of choice, an error message instead of a result', async () => {
    for (const fault of ['http400', 'http502', 'html'] as const) stand.control.inject({ fault });
    stand.control.inject({ fault: 'soapFault', code: 'AUT011003', text: 'Доступ запрещён для поставщика данных' });
    expect(await send()).toEqual({ status: 400, text: '' });
    const gateway = await send();
    expect([gateway.status, gateway.text.slice(0, 6)]).toEqual([502, '<html>']);
    const page = await send();
    expect([page.status, page.text.slice(0, 14)]).toEqual([200, '<!DOCTYPE html']);
    expect((await send()).text).toContain('AUT011003: Доступ запрещён');
    stand.control.inject({ fault: 'messageError', code: 'INT002029', text: 'Ведутся работы' });
    const { body } = await exchange(stand.url, 'importResponses', importBody(sendAction(FIRST)));
    expect(errorOf(body)).toBe('INT002029 Ведутся работы');
    expect(stand.control.subrequest({ subrequestGuid: FIRST }).arrivals).toEqual([]);
  });

  test('a misspelt fault is refused', () => {
    expect(() => stand.control.inject({ fault: 'lostAsk' as 'lostAck' })).toThrow('Unknown fault');
  });

  test('the log keeps the very bytes that came', async () => {
    const body = message(importBody(sendAction(FIRST)));
    await post(stand.url, 'importResponses', body);
    const [entry] = stand.control.log({ operation: 'importResponses' });
    expect(entry).toMatchObject({ body, status: 200, path: DEBT_PATH });
  });
});

describe('dictionaries', () => {
  const item = (registry: string) =>
    `<nc:exportNsiItemRequest Id="signed-data-container" base:version="10.0.1.2"><nc:RegistryNumber>${registry}</nc:RegistryNumber><nsi:ListGroup>NSI</nsi:ListGroup></nc:exportNsiItemRequest>`;
  const ask = async (action: string, body: string) => {
    const guid = ackOf(await post(stand.url, action, message(body, ''), NSI_PATH));
    return readReply('nsi', (await getState(stand.url, guid, NSI_PATH)).text);
  };

  test('95 and 358, court act under the portal’s own GUID', async () => {
    for (const registry of ['95', '358']) {
      const { body, invalid } = await ask('exportNsiItem', item(registry));
      expect(invalid).toBeUndefined();
      const elements = childrenOf(child(body, NS.nsiCommon, 'NsiItem'), NS.nsiBase, 'NsiElement');
      expect(elements.length).toBeGreaterThan(3);
      if (registry === '358')
        expect(textOf(elements[0], NS.nsiBase, 'GUID')).toBe('237b587e-0b10-4702-b78c-8d641c3d4d45');
    }
  });

  test('an unknown one, a list, a page', async () => {
    expect(errorOf((await ask('exportNsiItem', item('1'))).body)).toContain('INT016001');
    const list = await ask('exportNsiList', '<nc:exportNsiListRequest base:version="10.0.1.2"/>');
    expect(list.invalid).toBeUndefined();
    const page = await ask(
      'exportNsiPagingItem',
      item('95')
        .replace(/exportNsiItem/g, 'exportNsiPagingItem')
        .replace('</nsi:ListGroup>', '</nsi:ListGroup><nc:Page>1</nc:Page>'),
    );
    expect(page.invalid).toBeUndefined();
  });
});

test('10,000 requests: the hundredth block is as quick as the first', async () => {
  stand.control.addRequests({ orgPPAGUID: SAMPLE_ORG, count: 10_000 });
  let cursor = '';
  let count = 0;
  const started = performance.now();
  for (;;) {
    const from = cursor && `<drs:exportSubrequestGUID>${cursor}</drs:exportSubrequestGUID>`;
    const guid = ackOf(
      await post(
        stand.url,
        'exportDebtSubrequests',
        message(exportBody(`${PERIOD}<drs:responseStatus>NotSent</drs:responseStatus>${from}`)),
      ),
    );
    const { text } = await getState(stand.url, guid);
    count += text.split('<ns13:subrequestData>').length - 1;
    cursor = /<ns13:nextSubrequestGUID>([^<]+)/.exec(text)?.[1] ?? '';
    if (!cursor) break;
  }
  expect(count).toBe(10_002);
  // About 1 s here; a list that is walked from its beginning for each block would take many times that.
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('the demo gets new requests when none is open any more, and never twice', async () => {
  const demo = await startStand({ clock: () => NOW });
  try {
    expect(demo.control.seedDemo().added).toBe(60);
    expect(demo.control.seedDemo().added).toBe(0);
    demo.control.advanceClock({ days: 14 });
    expect(demo.control.seedDemo().added).toBe(60);
    expect(demo.control.summary()).toMatchObject({ subrequests: 126, AutoGenerated: 63, NotSent: 63 });
    const numbers = demo.control.state().subrequests.map(({ requestNumber }) => requestNumber);
    expect(new Set(numbers).size).toBe(120);
    expect(stand.control.seedDemo().added).toBe(0);
  } finally {
    await demo.close();
  }
});
