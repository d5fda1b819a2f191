import { afterAll, inject } from 'vitest';
import { closeDb, connect } from '../../db/client';

/**
 * Gives every test file a fresh database, a copy of the migrated template, before the file's own imports run:
 * `DATABASE_URL` points at it. The database is dropped after the file.
 */
const template = new URL(inject('templateUrl'));
const templateName = template.pathname.slice(1);
const name = `test_${process.pid}_${Date.now().toString(36)}`;

const own = new URL(template);
own.pathname = `/${name}`;
await onServer((server) => server`create database ${server(name)} template ${server(templateName)}`);
process.env.DATABASE_URL = own.href;

afterAll(async () => {
  await closeDb();
  await onServer((server) => server`drop database ${server(name)} with (force)`);
});

async function onServer(action: (server: ReturnType<typeof connect>) => PromiseLike<unknown>): Promise<void> {
  const maintenance = new URL(template);
  maintenance.pathname = '/postgres';
  const server = connect(maintenance.href, { max: 1 });
  try {
    await action(server);
  } finally {
    await server.end();
  }
}
