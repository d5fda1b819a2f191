import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { checkAction, checkActions } from '@/lib/gis/check-actions';
import { errorMeaning, isTransient } from '@/lib/gis/errors';
import { EXPORT_FORMATS } from '@/lib/gis/formats';
import {
  type Answer,
  type Debtor,
  exportSubrequestsMessage,
  importResponsesMessage,
  type ResponseAction,
} from '@/lib/gis/messages/debt-requests';
import { getStateMessage, type Header, moscowDateTime } from '@/lib/gis/messages/envelope';
import { readReply } from '@/lib/gis/messages/reply';
import { validateMessage } from '@/lib/gis/xml';

const HEADER: Header = {
  messageGuid: '0b7c1f2e-3a54-4d68-9c1b-7e2f4a6d8c01',
  date: new Date('2026-11-18T21:15:30.125Z'),
  orgPpaGuid: '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13',
  isOperatorSignature: true,
};

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ATTACHMENT = {
  name: 'Приказ.pdf',
  description: 'Судебный приказ',
  attachmentGuid: guid(7),
  hash: 'ab'.repeat(32),
};
const DEBTOR: Debtor = {
  lastName: 'Образцов',
  firstName: 'Пётр',
  middleName: 'Тестович',
  snils: '11223344595',
  document: { type: { code: '1', guid: guid(8) }, series: '0000', number: '000000' },
  documents: [{ type: { code: '1', guid: guid(9) }, attachment: ATTACHMENT }],
};
const ANSWER: Answer = {
  hasDebt: true,
  description: null,
  executorGuid: guid(5),
  debtors: [DEBTOR],
  additionalFiles: [],
};

function send(n: number, answer: Partial<Answer> = {}): ResponseAction {
  return {
    transportGuid: guid(1000 + n),
    subrequestGuid: guid(2000 + n),
    actionType: 'Send',
    answer: { ...ANSWER, ...answer },
  };
}

/** A parser that is not ours, as the portal's is not; keeps text as it is. */
const foreign = new XMLParser({ parseTagValue: false, trimValues: false, removeNSPrefix: true, htmlEntities: true });
const responseData = (xml: string) =>
  foreign.parse(xml).Envelope.Body.importDSRResponsesRequest.action.responseData as Record<string, unknown>;

describe('what we write', () => {
  test('dates are Moscow time with milliseconds, across midnight too', () => {
    expect(moscowDateTime(new Date('2026-11-18T21:15:30.007Z'))).toBe('2026-11-19T00:15:30.007+03:00');
  });

  test.each(EXPORT_FORMATS)('an export in %s is valid in all three ways of asking', (format) => {
    for (const query of [
      { kind: 'period', start: '2026-06-01', end: '2026-11-18', onlyUnanswered: false, cursor: guid(1) },
      { kind: 'subrequests', subrequestGuids: Array.from({ length: 100 }, (_, n) => guid(n)) },
      { kind: 'numbers', requestNumbers: ['00123'] },
    ] as const) {
      const xml = exportSubrequestsMessage(HEADER, { format, query: query as never });
      expect(validateMessage(xml)).toEqual({ ok: true });
      expect(xml.includes('includeResponses')).toBe(format === '13.1.10.1');
      expect(xml).not.toContain('responseStatus');
    }
  });

  test('houses are asked for in 13.1.10.1 only', () => {
    const query = {
      kind: 'period',
      start: '2026-06-01',
      end: '2026-11-18',
      onlyUnanswered: true,
      cursor: null,
      houseGuids: [guid(3)],
    } as const;
    const ask = (format: '13.1.10.1' | '14.0.0.0') =>
      exportSubrequestsMessage(HEADER, { format, query: { ...query, houseGuids: [guid(3)] } });
    expect(validateMessage(ask('13.1.10.1'))).toEqual({ ok: true });
    expect(() => ask('14.0.0.0')).toThrow(/does not select by house/);
  });

  test('more than a hundred, or none, is a bug of the caller', () => {
    const actions = Array.from({ length: 101 }, (_, n) => send(n));
    expect(() => importResponsesMessage(HEADER, actions)).toThrow(/101/);
    expect(() => importResponsesMessage(HEADER, [])).toThrow();
    expect(validateMessage(importResponsesMessage(HEADER, actions.slice(1)))).toEqual({ ok: true });
    const subrequestGuids = actions.map((action) => action.subrequestGuid);
    expect(() =>
      exportSubrequestsMessage(HEADER, { format: '14.0.0.0', query: { kind: 'subrequests', subrequestGuids } }),
    ).toThrow(/101/);
  });

  test('false is never said of the operator signature, and a dictionary is asked without an organization', () => {
    const own = getStateMessage({ ...HEADER, isOperatorSignature: false }, guid(1), 'debtRequests');
    expect(own).not.toContain('IsOperatorSignature');
    expect(own).toContain('orgPPAGUID');
    const nsi = getStateMessage(HEADER, guid(1), 'nsi');
    expect(nsi).not.toMatch(/orgPPAGUID|IsOperatorSignature/);
    for (const xml of [own, nsi]) expect(validateMessage(xml)).toEqual({ ok: true });
  });

  test.each([null, '', ' ', '\n\t '])(
    'an empty middle name, comment or series (%j) is left out, not sent empty',
    (nothing) => {
      const debtor = {
        ...DEBTOR,
        middleName: nothing,
        snils: nothing,
        document: { ...DEBTOR.document!, series: nothing },
      };
      const xml = importResponsesMessage(HEADER, [send(1, { description: nothing, debtors: [debtor] })]);
      expect(xml).not.toMatch(/middleName|description|series|snils/);
      expect(validateMessage(xml)).toEqual({ ok: true });
    },
  );

  test.each([
    ['line separators', 'до\u2028после\u2029и\u0085ещё'],
    ['the end of a CDATA section', 'a ]]> b <![CDATA[ c'],
    ['emoji and rare letters', 'ё 🏠 𠮷 №'],
    ['markup', '<drs:hasDebt>false</drs:hasDebt> & "кавычки" \'апостроф\' &amp; &#10;'],
    ['line ends', 'строка\nстрока\tтабуляция'],
  ])('%s in a comment reach a foreign reader unchanged', (_, description) => {
    const xml = importResponsesMessage(HEADER, [send(1, { description })]);
    expect(validateMessage(xml)).toEqual({ ok: true });
    expect(responseData(xml)).toMatchObject({ hasDebt: 'true', description });
  });

  test('all that an answer can hold is valid and in its place', () => {
    const answer = {
      description: 'Комментарий',
      debtors: [DEBTOR, { ...DEBTOR, documents: [] }],
      additionalFiles: [ATTACHMENT],
    };
    const xml = importResponsesMessage(HEADER, [send(1, answer)]);
    expect(validateMessage(xml)).toEqual({ ok: true });
    expect(responseData(xml)).toMatchObject({
      additionalFile: { Name: 'Приказ.pdf', Attachment: { AttachmentGUID: guid(7) }, AttachmentHASH: 'ab'.repeat(32) },
      debtInfo: [
        {
          person: { lastName: 'Образцов', firstName: 'Пётр', document: { series: '0000', number: '000000' } },
          document: { type: { Code: '1', GUID: guid(9) }, attachment: { Name: 'Приказ.pdf' } },
        },
        { person: { middleName: 'Тестович', snils: '11223344595' } },
      ],
    });
  });
});

describe('an answer is checked before it joins a message', () => {
  const problems = (answer: Partial<Answer>) => {
    const checked = checkAction(send(1, answer));
    return checked.ok ? [] : checked.problems;
  };

  test('a good one passes, with debt, without, and a withdrawal', () => {
    expect(checkAction(send(1))).toEqual({ ok: true });
    expect(checkAction(send(1, { hasDebt: false, debtors: [] }))).toEqual({ ok: true });
    expect(checkAction({ transportGuid: guid(1), subrequestGuid: guid(2), actionType: 'Revoke' })).toEqual({
      ok: true,
    });
    expect(checkAction(send(1, { description: '🏠'.repeat(1000) }))).toEqual({ ok: true });
  });

  test.each<[string, Partial<Answer>, RegExp]>([
    ['debt without a debtor', { debtors: [] }, /не указан ни один должник/],
    ['debtors without debt', { hasDebt: false }, /Указаны должники/],
    ['files without debt', { hasDebt: false, debtors: [], additionalFiles: [ATTACHMENT] }, /Приложены файлы/],
    ['a long comment', { description: 'я'.repeat(1001) }, /«Комментарий» длиннее 1000 знаков \(1001\)/],
    ['a control character', { description: 'a\u0000b' }, /управляющие знаки/],
    ['half of an emoji', { description: '\ud83c' }, /управляющие знаки/],
    ['no surname', { debtors: [{ ...DEBTOR, lastName: ' ' }] }, /«Фамилия» не заполнено/],
    ['no name', { debtors: [DEBTOR, { ...DEBTOR, firstName: '' }] }, /^Должник 2: поле «Имя» не заполнено$/],
    ['a short СНИЛС', { debtors: [{ ...DEBTOR, snils: '1122334459' }] }, /СНИЛС должен состоять из 11 цифр/],
    [
      'no document number',
      { debtors: [{ ...DEBTOR, document: { ...DEBTOR.document!, number: '' } }] },
      /«Номер документа» не заполнено/,
    ],
    ['no hash', { additionalFiles: [{ ...ATTACHMENT, hash: '' }] }, /контрольная сумма/],
    [
      'a file that is not uploaded',
      { additionalFiles: [{ ...ATTACHMENT, attachmentGuid: '' }] },
      /не загружен на портал/,
    ],
    [
      'a file without description',
      { additionalFiles: [{ ...ATTACHMENT, description: '' }] },
      /«Описание» не заполнено/,
    ],
    [
      'an unknown document type',
      { debtors: [{ ...DEBTOR, documents: [{ type: { code: '', guid: '' }, attachment: ATTACHMENT }] }] },
      /нет в справочнике/,
    ],
    ['no executor', { executorGuid: '' }, /исполнителя/],
  ])('%s', (_, answer, words) => {
    expect(problems(answer)).toEqual([expect.stringMatching(words)]);
  });

  test('one bad answer among a hundred, and one that only the schema knows to be bad, do not touch the others', () => {
    const actions = Array.from({ length: 100 }, (_, n) => send(n));
    actions[17] = send(17, { debtors: [] });
    // 'maybe' is no action of the schema: our own rules let it pass
    actions[42] = { ...send(42), actionType: 'Maybe' } as unknown as ResponseAction;
    const { bad } = checkActions(actions);
    expect([...bad.keys()]).toEqual([guid(1017), guid(1042)]);
    expect(bad.get(guid(1042))).toEqual([
      expect.stringMatching(/^Ответ не соответствует формату ГИС ЖКХ: .*actionType/),
    ]);
  });

  test('two answers to one request: the second stays', () => {
    const twin = { ...send(2), subrequestGuid: guid(2001).toUpperCase() };
    const { bad } = checkActions([send(1), twin]);
    expect([...bad]).toEqual([[guid(1002), ['На этот запрос в сообщении уже есть ответ']]]);
  });
});

describe('what we read', () => {
  const sample = (name: string) => readFileSync(new URL(`./samples/${name}.xml`, import.meta.url), 'utf8');
  const exported = sample('07-getState.exportDSRs.response');
  const read = (xml: string) => {
    const reply = readReply(xml);
    if (reply.kind !== 'subrequests') throw new Error(`read as ${reply.kind}`);
    return reply;
  };

  test('other prefixes, or none, change nothing', () => {
    const other = exported
      .replaceAll('ns13:', 'a:')
      .replaceAll(':ns13', ':a')
      .replaceAll('ns4:', 'ns13:')
      .replaceAll(':ns4', ':ns13')
      .replaceAll('env:', 'S:')
      .replaceAll(':env', ':S');
    expect(read(other)).toEqual(read(exported));
    const unprefixed = exported
      .replace(/<ns13:getStateResult/, '<getStateResult xmlns="http://dom.gosuslugi.ru/schema/integration/drs/"')
      .replaceAll('ns13:', '');
    expect(read(unprefixed)).toEqual(read(exported));
  });

  test('the same names in a foreign namespace are not ours', () => {
    const foreignNamespace = exported.replace(
      'xmlns:ns13="http://dom.gosuslugi.ru/schema/integration/drs/"',
      'xmlns:ns13="urn:else"',
    );
    expect(readReply(foreignNamespace).kind).toBe('unreadable');
  });

  test('a request number stays text, GUIDs become lower-case, offsets are cut off', () => {
    const { result } = read(
      exported
        .replace('>01202600012345<', '>00123<')
        .replace('>4c1d9e70-c1b0-11f1-8e3a-0242ac120064<', '>4C1D9E70-C1B0-11F1-8E3A-0242AC120064<')
        .replace('>2026-11-23+03:00<', '>2026-11-23-11:00<')
        .replace('>2026-11-16+03:00<', '>2026-11-16Z<')
        .replace('>2023-11-01+03:00<', '>2023-11-01<'),
    );
    expect(result.subrequests[0]).toMatchObject({
      requestNumber: '00123',
      subrequestGuid: '4c1d9e70-c1b0-11f1-8e3a-0242ac120064',
      responseDate: '2026-11-23',
      sentDate: '2026-11-16',
      period: { start: '2023-11-01' },
    });
  });

  test.each([
    ['a date that is none', '>2026-11-23+03:00<', '>2026-02-30+03:00<', 'responseDate'],
    ['an unknown status', '>NotSent<', '>Frozen<', 'responseStatus has an unknown value «Frozen»'],
    ['no number', '<ns13:requestNumber>01202600012345</ns13:requestNumber>', '', 'requestNumber'],
    ['a GUID that is none', '>3f5a77c2-c1b0-11f1-8e3a-0242ac120064<', '>3f5a<', 'requestGUID'],
  ])('%s loses this subrequest, named by its GUID, and no other', (_, from, to, problem) => {
    const { result, surprises } = read(exported.replace(from, to));
    expect(result.subrequests.map((subrequest) => subrequest.subrequestGuid)).toEqual([
      '9a6f0b12-a8f3-11f1-b7d2-0242ac120064',
    ]);
    expect(result.unreadable).toEqual([
      { subrequestGuid: '4c1d9e70-c1b0-11f1-8e3a-0242ac120064', problem: expect.stringContaining(problem) },
    ]);
    expect(surprises).toEqual([expect.stringMatching(/4c1d9e70-c1b0-11f1-8e3a-0242ac120064/)]);
  });

  test('unknown elements are told by path, without their content', () => {
    const { result, surprises } = read(
      exported.replace(
        '<ns13:status>Sent</ns13:status>',
        '<ns13:status>Sent</ns13:status><ns13:applicant><ns13:fio>Тайный Т. Т.</ns13:fio></ns13:applicant>',
      ),
    );
    expect(result.subrequests).toHaveLength(2);
    expect(surprises).toEqual(['getStateResult/exportDSRsResult/subrequestData/requestInfo/applicant']);
  });

  test('the last block may hold nothing', () => {
    const empty = exported
      .replace(/<ns13:subrequestData>.*<\/ns13:subrequestData>/s, '')
      .replace(/<ns13:nextSubrequestGUID>.*<\/ns13:nextSubrequestGUID>/s, '<ns13:lastPage>true</ns13:lastPage>');
    expect(read(empty)).toEqual({
      kind: 'subrequests',
      surprises: [],
      result: {
        subrequests: [],
        unreadable: [],
        notFound: { subrequestGuids: [], requestNumbers: [] },
        nextSubrequestGuid: null,
      },
    });
  });

  test('a result without success and without error is no success', () => {
    const reply = readReply(
      sample('12-getState.importResponses.response').replace(/<ns4:UpdateDate>.*?<\/ns4:UpdateDate>/s, ''),
    );
    expect(reply).toMatchObject({
      kind: 'responses',
      results: [{ transportGuid: '1a2b3c4d-0002-4a5b-8c6d-7e8f90a1b2c3' }],
      surprises: ['importResult 1a2b3c4d-0001-4a5b-8c6d-7e8f90a1b2c3: neither UpdateDate nor Error'],
    });
  });

  test('several errors of one answer, a date without offset, a stack trace', () => {
    const reply = readReply(
      sample('12-getState.importResponses.response')
        .replace('11:00:11.907+03:00', '11:00:11.907')
        .replace(
          '</ns4:Error>',
          '<ns4:StackTrace>at ru.lanit</ns4:StackTrace></ns4:Error><ns4:Error><ns4:ErrorCode>AUT011003</ns4:ErrorCode><ns4:Description>Доступ запрещён</ns4:Description></ns4:Error>',
        ),
    );
    expect(reply).toMatchObject({
      results: [
        { updateDate: new Date('2026-11-18T08:00:11.907Z') },
        {
          errors: [
            { code: 'INT002000', text: 'Значение в поле subrequestGUID отсутствует в реестре' },
            { code: 'AUT011003', text: 'Доступ запрещён' },
          ],
        },
      ],
      surprises: [],
    });
  });

  const DETAIL = /<detail>.*<\/detail>/s;
  test.each([
    ['no detail', '', 'EXP001000'],
    ['HTML in the detail', '<detail><html><body>Ошибка</body></html></detail>', 'EXP001000'],
    [
      'Description instead of ErrorMessage',
      '<detail><x xmlns="urn:any"><ErrorCode>AUT011009</ErrorCode><Description>Нет прав</Description></x></detail>',
      'AUT011009',
    ],
  ])('a fault with %s', (_, detail, code) => {
    expect(readReply(sample('13-fault.response').replace(DETAIL, detail))).toMatchObject({ kind: 'fault', code });
  });

  test.each([
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /DOCTYPE/],
    ['broken XML', '<a><b></a>', /не удалось прочитать/],
    ['no SOAP', '<html/>', /не является сообщением SOAP/],
    ['another body', exported.replaceAll('getStateResult', 'somethingElse'), /somethingElse/],
    ['state 4', exported.replace('RequestState>3', 'RequestState>4'), /состояние/],
    ['state 3 with nothing', sample('06-getState.in-progress.response').replace('>2<', '>3<'), /не прислал/],
    ['an Ack without GUID', sample('04-ack.response').replace('>d2b1c3a0', '>'), /идентификатора/],
  ])('%s is unreadable, in words', (_, xml, words) => {
    expect(readReply(xml)).toEqual({ kind: 'unreadable', text: expect.stringMatching(words) });
  });

  test('a dictionary: names from the first field with words', () => {
    const field = (name: string, value: string) =>
      `<n:NsiElementField><n:Name>${name}</n:Name><n:Value>${value}</n:Value></n:NsiElementField>`;
    const entry = (code: string, fields: string, actual = 'true') =>
      `<n:NsiElement><n:Code>${code}</n:Code><n:GUID>${guid(Number(code)).toUpperCase()}</n:GUID><n:Modified>2026-01-01T00:00:00Z</n:Modified><n:IsActual>${actual}</n:IsActual>${fields}</n:NsiElement>`;
    const reply = readReply(
      `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="http://dom.gosuslugi.ru/schema/integration/base/" xmlns:n="http://dom.gosuslugi.ru/schema/integration/nsi-base/" xmlns:c="http://dom.gosuslugi.ru/schema/integration/nsi-common/"><S:Body><c:getStateResult b:version="10.0.1.2"><b:RequestState>3</b:RequestState><b:MessageGUID>${guid(1)}</b:MessageGUID><c:NsiItem><n:NsiItemRegistryNumber>358</n:NsiItemRegistryNumber><n:Created>2026-01-01T00:00:00Z</n:Created>${entry('1', field('Порядок', '7') + field('Действует', 'true') + field('С', '2020-01-01') + field('Вид', 'Судебный акт'))}${entry('02', '', 'false')}</c:NsiItem></c:getStateResult></S:Body></S:Envelope>`,
    );
    expect(reply).toMatchObject({
      kind: 'nsi',
      items: [
        { code: '1', guid: guid(1), name: 'Судебный акт', isActual: true },
        { code: '02', guid: guid(2), name: '02', isActual: false },
      ],
    });
  });
});

describe('what a code means', () => {
  test.each([
    ['INT002012', 'nothing', false],
    ['INT002013', 'lost', false],
    ['INT002029', 'later', true],
    ['EXP001000', 'transient', true],
    ['EXP009999', 'transient', true],
    ['INT002000', 'final', false],
    ['AUT011009', 'final', false],
    ['FMT001300', 'final', false],
    ['XYZ', 'final', false],
    [null, 'final', false],
  ])('%s → %s', (code, meaning, transient) => {
    expect(errorMeaning(code)).toBe(meaning);
    expect(isTransient(code)).toBe(transient);
  });

  test('a failing block of a long export is told by its words', () => {
    expect(isTransient('INT000000', 'Error loading content: Content not found for guid: 1')).toBe(true);
  });
});
