import fs from 'node:fs';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '@/lib/auth/actor';
import { confirmAnswers, getAnswerFile, listFileRows, uploadAnswers } from '@/lib/debt-requests/answer-files';
import { carryAnswerFiles } from '@/lib/debt-requests/carry-answer-files';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { makeOrganization, makePerson, makeRequest, reload } from '@/tests/factories';
import { FOREIGN_ROWS } from '../excel/rows';

/** Files that other programs wrote (tests/excel/make-fixtures.sh), and those that must be refused whole. */

const folder = path.join(import.meta.dirname, '../excel');
const fixture = (name: string) => new Uint8Array(fs.readFileSync(path.join(folder, name)));

let organization: Awaited<ReturnType<typeof makeOrganization>>;
let head: Person;

beforeEach(async () => {
  organization = await makeOrganization();
  head = await makePerson(organization, ['head']);
});

async function checked(bytes: Uint8Array): Promise<string> {
  const started = await uploadAnswers(head, { name: 'ответы.xlsx', bytes });
  if (!started.ok) throw new Error(JSON.stringify(started));
  await carryAnswerFiles(new Date());
  return started.id;
}

describe('the same answers, however they were written', () => {
  const requestsOf = () =>
    Promise.all(
      [...new Map(FOREIGN_ROWS.map((row) => [row.subrequestGuid, row.requestNumber]))].map(
        ([subrequestGuid, requestNumber]) =>
          makeRequest(organization, { subrequestGuid, requestNumber, responsibleId: head.userId }),
      ),
    );
  test.each(fs.readdirSync(path.join(folder, 'foreign')))('%s', async (name) => {
    const requests = await requestsOf();
    const id = await checked(fixture(`foreign/${name}`));
    const { rows } = await listFileRows(head, id, 'all', 1);
    expect(rows.map(({ requestNumber, kind, becomes, problems }) => [requestNumber, kind, becomes, problems])).toEqual([
      ['01102213221313', 'changed', 'отсутствует; «Долга нет: =1+1 & <всё>\n«оплачено»»', []],
      [
        '01102213221314',
        'changed',
        'существует: Кравцов Артём Олегович, Кравцова Нина Ивановна; «Судебный приказ № 2-1501/2026»',
        [],
      ],
      ['01102213221315', 'empty', '', []],
      ['01102213221316', 'changed', 'существует: Ёлкин-Ильин Пётр (в\u00a0файле «да.»)', []],
    ]);
    expect((await getAnswerFile(head, id))!.unused).toEqual({
      columns: name === 'openpyxl.xlsx' ? ['Примечание бухгалтера'] : [],
      sheets: [],
    });
    await confirmAnswers(head, { id, chosen: 3 });
    while ((await getAnswerFile(head, id))!.state !== 'done') await carryAnswerFiles(new Date());
    expect(await getAnswerFile(head, id)).toMatchObject({ hasResult: true, counts: { done: 3, refused: 0 } });
    expect(await Promise.all(requests.map(async (one) => (await reload(one.id)).status))).toEqual([
      'ready',
      'ready',
      'new',
      'in_progress',
    ]);
  });
});

describe('refused whole, in words, and nothing of it is kept', () => {
  const refusal = async (bytes: Uint8Array) => {
    const file = await getAnswerFile(head, await checked(bytes));
    expect(file).toMatchObject({ state: 'failed', hasRows: false, hasResult: false });
    return file!.refusal;
  };
  test.each([
    ['old-format.xlsx', /старый формат/],
    ['password.xlsx', /паролем/],
    ['text.xlsx', /не\u00a0файл \.xlsx/],
    ['macros.xlsx', /макросы/],
    ['no-head.xlsx', /нет столбцов: «Номер запроса», «Наличие задолженности»/],
    ['column-twice.xlsx', /«Наличие задолженности» есть в\u00a0файле дважды/],
  ])('%s', async (name, message) => {
    expect(await refusal(fixture(`bad/${name}`))).toMatch(message);
  });

  test('an empty file, 5 MB and a byte, another kind by its name', async () => {
    const upload = (bytes: Uint8Array, name = 'a.xlsx') => uploadAnswers(head, { name, bytes });
    expect(await upload(new Uint8Array())).toMatchObject({ reason: 'invalid', message: 'Файл пустой.' });
    expect(await upload(new Uint8Array(5 * 1024 * 1024 + 1))).toMatchObject({ reason: 'invalid' });
    expect(await upload(new Uint8Array(5 * 1024 * 1024))).toMatchObject({ ok: true });
    await carryAnswerFiles(new Date());
    expect(await upload(new Uint8Array([1]), 'a.xlsm')).toMatchObject({ reason: 'invalid' });
  });

  /** Our own file with another sheet in it. */
  async function withSheet(sheet: string | Uint8Array, more: Record<string, Uint8Array> = {}): Promise<Uint8Array> {
    const parts = unzipSync(new Uint8Array(await writeExchangeFile(FOREIGN_ROWS)));
    const replaced = typeof sheet === 'string' ? strToU8(sheet) : sheet;
    return zipSync({ ...parts, 'xl/worksheets/sheet1.xml': replaced, ...more }, { level: 1 });
  }

  test('an entity that would read a file of the server', async () => {
    const bytes = await withSheet(
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>',
    );
    expect(await refusal(bytes)).toMatch(/не\u00a0так/);
  });

  test('a bomb: 300 MB of zeros, and the same under a size that lies', async () => {
    const honest = await withSheet(new Uint8Array(300 * 1024 * 1024));
    expect(honest.length).toBeLessThan(5 * 1024 * 1024);
    expect(await refusal(honest)).toMatch(/слишком большой/);
    expect(await refusal(withSizes(honest, 300 * 1024 * 1024, 1000))).toMatch(/повреждён|слишком большой/);
  });

  test('a bomb: shared strings of 200 MB are survived', async () => {
    const one = `<si><t>${'а'.repeat(1000)}</t></si>`;
    const strings = strToU8(`<sst>${one.repeat(100_000)}</sst>`);
    const bytes = await withSheet('<worksheet><sheetData/></worksheet>', { 'xl/sharedStrings.xml': strings });
    expect(bytes.length).toBeLessThan(5 * 1024 * 1024);
    expect(await refusal(bytes)).toMatch(/нет столбцов|слишком/);
  });

  test('a million empty rows are no rows', async () => {
    const ours = unzipSync(new Uint8Array(await writeExchangeFile(FOREIGN_ROWS)));
    const sheet = new TextDecoder().decode(ours['xl/worksheets/sheet1.xml']);
    const empty = Array.from({ length: 1_000_000 }, (_, i) => `<row r="${i + 7}"/>`).join('');
    const bytes = await withSheet(sheet.replace('</sheetData>', `${empty}</sheetData>`));
    expect(bytes.length).toBeLessThan(5 * 1024 * 1024);
    const file = await getAnswerFile(head, await checked(bytes));
    expect(file).toMatchObject({ state: 'checked', counts: { total: 5, bad: 4, empty: 1 } });
  });
});

/** Every uncompressed size `from` in the headers of a zip says `to` instead. */
function withSizes(zip: Uint8Array, from: number, to: number): Uint8Array {
  const copy = Buffer.from(zip);
  const [needle, lie] = [Buffer.alloc(4), Buffer.alloc(4)];
  needle.writeUInt32LE(from);
  lie.writeUInt32LE(to);
  let changed = 0;
  for (let at = copy.indexOf(needle); at >= 0; at = copy.indexOf(needle, at + 4)) {
    lie.copy(copy, at);
    changed++;
  }
  expect(changed).toBeGreaterThan(0);
  return new Uint8Array(copy);
}
