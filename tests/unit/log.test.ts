import { Writable } from 'node:stream';
import { DrizzleQueryError } from 'drizzle-orm';
import pino from 'pino';
import { expect, test } from 'vitest';
import { LOG_OPTIONS } from '@/lib/log';

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
