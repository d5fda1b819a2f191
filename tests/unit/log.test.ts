import { Writable } from 'node:stream';
import { DrizzleQueryError } from 'drizzle-orm';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { LOG_OPTIONS, log, takeOverConsoleErrors } from '@/lib/log';

const lines = (write: (log: pino.Logger) => void): string => {
  let text = '';
  const sink = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  write(pino(LOG_OPTIONS, sink));
  return text;
};

test('an error of the database says where and which code, never the values', () => {
  const cause = Object.assign(new Error('duplicate key: (last_name)=(Образцов)'), {
    name: 'PostgresError',
    code: '23505',
    detail: 'Key (snils)=(11223344595)',
    constraint_name: 'debtors_position',
  });
  const query = new DrizzleQueryError('insert into debtors', ['Образцов', '11223344595'], cause);
  // the same out of another copy of the library, as the bundle of the pages holds one
  const { message, stack, params } = query;
  const twin = Object.assign(new Error(message), { query: query.query, params, cause, stack });
  for (const err of [cause, query, twin]) {
    const line = lines((log) => log.error({ err }, 'failed'));
    expect(line).not.toMatch(/Образцов|11223344595/);
    expect(JSON.parse(line).err).toMatchObject({ code: '23505', constraint: 'debtors_position' });
  }
});

test('an error of ours keeps its text and place', () => {
  const line = lines((log) => log.error({ err: new TypeError('what broke') }, 'failed'));
  expect(JSON.parse(line).err).toMatchObject({
    type: 'TypeError',
    message: 'what broke',
    stack: expect.stringContaining(' at '),
  });
});

test('what others print as an error goes into the log with the number that the page names; the rest is printed', () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {});
  const written = vi.spyOn(log, 'error').mockImplementation(() => {});
  const before = console.error;
  takeOverConsoleErrors();
  const error = Object.assign(new Error('what broke'), { digest: '3677759510' });
  console.error('⨯', error);
  console.error('listening');
  console.error = before;
  expect(written.mock.calls).toEqual([[{ digest: '3677759510', err: error }, 'page failed']]);
  expect(print.mock.calls).toEqual([['listening']]);
});
