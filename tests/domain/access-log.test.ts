import { beforeEach, expect, test } from 'vitest';
import { sql } from '@/db/client';
import { recordAccess } from '@/lib/auth/access-log';
import { downloadFile, uploadFile } from '@/lib/files/files';
import { exportAccess, listAccess, parseAccessQuery } from '@/lib/staff/access-log';
import { makeOrganization, makePerson, makeRequest } from '@/tests/factories';
import { resetDatabase } from '../setup/reset-database';

let organization: Awaited<ReturnType<typeof makeOrganization>>;
beforeEach(async () => {
  await resetDatabase();
  organization = await makeOrganization();
});
const everything = parseAccessQuery({});

test('who opened and who downloaded; one look at a card is one line', async () => {
  const admin = await makePerson(organization, ['admin']);
  const head = await makePerson(organization, ['head']);
  const request = await makeRequest(organization, { requestNumber: '001122' });
  await recordAccess(head, 'openRequest', { requestId: request.id });
  await recordAccess(head, 'openRequest', { requestId: request.id });
  await recordAccess(admin, 'openRequest', { requestId: request.id });
  const file = await uploadFile(head, { requestId: request.id, name: 'a.txt', bytes: Buffer.from('текст') });
  if (!file.ok) throw new Error(file.reason);
  const stranger = await makePerson(await makeOrganization(), ['admin']);
  expect(await downloadFile(stranger, file.file.id)).toBeNull();
  expect(await downloadFile(head, file.file.id)).not.toBeNull();

  const list = (await listAccess(admin, everything))!;
  expect(list.rows.map(({ action }) => action)).toEqual(['downloadFile', 'openRequest', 'openRequest']);
  const ofHead = await listAccess(
    admin,
    parseAccessQuery({ user: head.userId, action: 'openRequest', number: '0011' }),
  );
  expect(ofHead!.rows).toMatchObject([{ requestNumber: '001122' }]);
  expect(await listAccess(head, everything)).toBeNull();
  expect((await listAccess(stranger, everything))!.rows).toEqual([]);
  expect(await exportAccess(head, everything)).toBeNull();
  expect(await exportAccess(admin, everything)).toContain('"001122"');
  expect((await listAccess(admin, everything))!.rows[0]).toMatchObject({ action: 'exportAccessLog' });
});

test('the database itself refuses to change or delete a line', async () => {
  const head = await makePerson(organization, ['head']);
  await recordAccess(head, 'downloadProof', { subject: 'x' });
  await expect(sql`update access_log set subject = 'y'`).rejects.toThrow('append-only');
  await expect(sql`delete from access_log`).rejects.toThrow('append-only');
  expect(await sql`select subject from access_log`).toMatchObject([{ subject: 'x' }]);
});
