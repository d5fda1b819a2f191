import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { getState, submit } from '@/lib/gis/client';
import type { GisConnection } from '@/lib/gis/connection';
import { attachmentHash, uploadFile } from '@/lib/gis/file-store';
import type { Header } from '@/lib/gis/messages/envelope';

/** What stands before the portal misbehaves in ways of its own: here a bare server that does exactly what is told. */
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: net.Server): Promise<GisConnection> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, basicAuth: null, timeoutMs: 5_000 };
}

async function serve(listener: RequestListener): Promise<GisConnection> {
  const server = http.createServer((incoming, reply) => {
    // the reply goes out when the whole message has come in, as the portal does it
    incoming.resume().on('end', () => listener(incoming, reply));
  });
  closing.push(() => server.closeAllConnections());
  return listen(server);
}

const sample = (name: string) => readFileSync(new URL(`./samples/${name}.xml`, import.meta.url), 'utf8');
const XML = { 'Content-Type': 'text/xml; charset=utf-8' };
const HEADER: Header = {
  messageGuid: '0b7c1f2e-3a54-4d68-9c1b-7e2f4a6d8c01',
  date: new Date(),
  orgPpaGuid: '7d3f1a52-6c0b-4b7e-9a41-2f5e8c9d0b13',
  isOperatorSignature: false,
};
const GUID = 'd2b1c3a0-c4a3-11f1-9f10-0242ac120064';
const send = (connection: GisConnection) =>
  submit(connection, 'debtRequests', 'importResponses', '<message>я</message>');
const poll = (connection: GisConnection) => getState(connection, 'debtRequests', HEADER, GUID);

test('a message is posted as the portal wants it, and the Ack is read, gzipped or not', async () => {
  const seen: { url?: string; headers?: IncomingMessage['headers'] } = {};
  const connection = await serve((incoming, reply) => {
    Object.assign(seen, { url: incoming.url, headers: incoming.headers });
    reply.writeHead(200, { ...XML, 'Content-Encoding': 'gzip' }).end(gzipSync(sample('04-ack.response')));
  });
  const outcome = await send({ ...connection, url: `${connection.url}gis`, basicAuth: 'sit:пароль' });
  expect(outcome).toEqual({ kind: 'acknowledged', gisMessageGuid: GUID, replyXml: sample('04-ack.response') });
  expect(seen.url).toBe('/gis/ext-bus-debtreq-service/services/DebtRequestsAsync');
  expect(seen.headers).toMatchObject({
    'content-type': 'text/xml; charset=utf-8',
    soapaction: '"urn:importResponses"',
    'accept-encoding': 'gzip',
    'content-length': '21',
    authorization: `Basic ${Buffer.from('sit:пароль').toString('base64')}`,
  });
});

test('connections are reused', async () => {
  const ports = new Set<number | undefined>();
  const connection = await serve((incoming, reply) => {
    ports.add(incoming.socket.remotePort);
    reply.writeHead(200, XML).end(sample('04-ack.response'));
  });
  for (let i = 0; i < 5; i++) expect((await send(connection)).kind).toBe('acknowledged');
  expect(ports.size).toBe(1);
});

test('a refused connection or an unknown host: nothing was sent', async () => {
  const connection = await serve(() => {});
  for (const close of closing.splice(0)) close();
  const refused = await send(connection);
  expect(refused).toEqual({ kind: 'notDelivered', text: expect.stringMatching(/не отправлено \(ECONNREFUSED\)/) });
  expect((await send({ ...connection, url: 'http://gis.invalid/' })).kind).toBe('notDelivered');
  expect((await poll(connection)).kind).toBe('transport');
});

test('the connection breaks after the message was written: unknown', async () => {
  const connection = await serve((incoming) => incoming.socket.resetAndDestroy());
  expect(await send(connection)).toEqual({
    kind: 'unknown',
    text: expect.stringMatching(/прервалась.*\(ECONNRESET\)/),
    replyXml: null,
  });
});

test('silence until the time limit: unknown; the connection is not used again', async () => {
  let silent = true;
  const ports: (number | undefined)[] = [];
  const connection = await serve((incoming, reply) => {
    ports.push(incoming.socket.remotePort);
    if (!silent) reply.writeHead(200, XML).end(sample('04-ack.response'));
  });
  expect(await send({ ...connection, timeoutMs: 150 })).toMatchObject({
    kind: 'unknown',
    text: expect.stringMatching(/истекло время ожидания, 0.15 с/),
  });
  silent = false;
  expect((await send(connection)).kind).toBe('acknowledged');
  expect(ports[0]).not.toBe(ports[1]);
});

test('a slow reply within the limit is read, though idle connections are given up sooner', async () => {
  const connection = await serve((_, reply) => {
    setTimeout(() => reply.writeHead(200, XML).end(sample('04-ack.response')), 2_300);
  });
  expect((await send(connection)).kind).toBe('acknowledged');
});

test('a reply that trickles for longer than the limit, or breaks off, is no reply', async () => {
  const trickling = await serve((_, reply) => {
    reply.writeHead(200, XML);
    const timer = setInterval(() => reply.write('<'), 20);
    reply.on('close', () => clearInterval(timer));
  });
  expect((await send({ ...trickling, timeoutMs: 200 })).kind).toBe('unknown');
  const broken = await serve((incoming, reply) => {
    reply.writeHead(200, { ...XML, 'Content-Length': '9999' });
    reply.write(sample('04-ack.response').slice(0, 100), () => incoming.socket.destroy());
  });
  expect((await send(broken)).kind).toBe('unknown');
});

test('a reply that unpacks to more than 64 MB is not read to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, 32));
  const connection = await serve((_, reply) => {
    reply.writeHead(200, { ...XML, 'Content-Encoding': 'gzip' }).end(bomb);
  });
  expect(await send(connection)).toMatchObject({ kind: 'unknown', text: expect.stringMatching(/больше 64 МБ/) });
});

const answers: [string, (reply: ServerResponse) => void, object, object][] = [
  [
    '502 with a page',
    (reply) => reply.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>Bad gateway</html>'),
    { kind: 'unknown', text: expect.stringContaining('HTTP 502'), replyXml: '<html>Bad gateway</html>' },
    { kind: 'transport', code: null },
  ],
  [
    '503 with nothing',
    (reply) => reply.writeHead(503).end(),
    { kind: 'unknown', text: expect.stringContaining('HTTP 503'), replyXml: null },
    { kind: 'transport' },
  ],
  [
    'a page with 200',
    (reply) => reply.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<!doctype html><html/>'),
    { kind: 'unknown', text: expect.stringContaining('веб-страница') },
    { kind: 'transport', text: expect.stringContaining('веб-страница') },
  ],
  [
    'a page that calls itself XML',
    (reply) => reply.writeHead(200, XML).end('\n<!DOCTYPE HTML PUBLIC "x"><html><br></html>'),
    { kind: 'unknown', text: expect.stringContaining('веб-страница') },
    { kind: 'transport' },
  ],
  [
    '400 with nothing',
    (reply) => reply.writeHead(400).end(),
    { kind: 'refused', code: null, transient: false, text: expect.stringContaining('HTTP 400'), replyXml: null },
    { kind: 'transport', text: expect.stringContaining('HTTP 400') },
  ],
  [
    '401',
    (reply) => reply.writeHead(401, { 'Content-Type': 'text/html' }).end('<html/>'),
    { kind: 'refused', transient: false, text: expect.stringContaining('HTTP 401') },
    { kind: 'transport', text: expect.stringContaining('HTTP 401') },
  ],
  ['429', (reply) => reply.writeHead(429).end(), { kind: 'refused', transient: true }, { kind: 'transport' }],
  [
    '500 with nothing',
    (reply) => reply.writeHead(500).end(),
    { kind: 'unknown', text: expect.stringContaining('HTTP 500') },
    { kind: 'transport' },
  ],
  [
    'the fault EXP001000: a poll that failed says nothing of the message',
    (reply) => reply.writeHead(500, XML).end(sample('13-fault.response')),
    { kind: 'refused', code: 'EXP001000', transient: true, text: expect.stringMatching(/^Произошла ошибка/) },
    { kind: 'transport', code: 'EXP001000', text: expect.stringMatching(/^Произошла ошибка/) },
  ],
  [
    'a fault with 400',
    (reply) => reply.writeHead(400, XML).end(sample('13-fault.response').replaceAll('EXP001000', 'FMT001300')),
    { kind: 'refused', code: 'FMT001300', transient: false },
    { kind: 'transport', code: 'FMT001300' },
  ],
  [
    'a fault of some server without a code',
    (reply) =>
      reply.writeHead(500, XML).end(sample('13-fault.response').replaceAll('EXP001000', '').replaceAll(': П', 'П')),
    { kind: 'unknown', text: expect.stringMatching(/^Произошла ошибка/) },
    { kind: 'transport', code: null },
  ],
  [
    'a fault: the message is not known',
    (reply) => reply.writeHead(500, XML).end(sample('13-fault.response').replaceAll('EXP001000', 'INT002013')),
    { kind: 'refused', code: 'INT002013', transient: false },
    { kind: 'lost' },
  ],
  [
    'a DOCTYPE',
    (reply) => reply.writeHead(200, XML).end(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`),
    { kind: 'unknown', text: expect.stringContaining('DOCTYPE') },
    { kind: 'transport', text: expect.stringContaining('DOCTYPE') },
  ],
  [
    'an Ack with a NUL after it',
    (reply) => reply.writeHead(200, XML).end(`${sample('04-ack.response')}\0`),
    { kind: 'unknown', replyXml: expect.stringMatching(/\uFFFD$/) },
    { kind: 'transport' },
  ],
  [
    'the answer to another question',
    (reply) => reply.writeHead(200, XML).end(sample('06-getState.in-progress.response')),
    { kind: 'unknown' },
    { kind: 'inProgress', requestState: 2 },
  ],
  [
    'an Ack',
    (reply) => reply.writeHead(200, XML).end(sample('04-ack.response')),
    { kind: 'acknowledged' },
    { kind: 'transport' },
  ],
  [
    'nothing to export',
    (reply) => reply.writeHead(200, XML).end(sample('09-getState.no-objects.response')),
    { kind: 'unknown' },
    { kind: 'nothing' },
  ],
  [
    'maintenance works',
    (reply) =>
      reply.writeHead(200, XML).end(sample('09-getState.no-objects.response').replace('INT002012', 'INT002029')),
    { kind: 'unknown' },
    { kind: 'refused', code: 'INT002029', transient: true },
  ],
];

test.each(answers)('%s', async (_, answer, submitted, polled) => {
  const connection = await serve((_incoming, reply) => answer(reply));
  expect(await send(connection)).toMatchObject(submitted);
  expect(await poll(connection)).toMatchObject(polled);
});

test('something that speaks no HTTP', async () => {
  const connection = await listen(net.createServer((socket) => socket.on('error', () => {}).end('220 smtp ready\r\n')));
  expect((await send(connection)).kind).toBe('unknown');
});

test('the poll asks for the message under a GUID of its own', async () => {
  let body = '';
  let action: string | string[] | undefined;
  const server = http.createServer(async (incoming, reply) => {
    action = incoming.headers.soapaction;
    for await (const chunk of incoming) body += chunk;
    reply.writeHead(200, XML).end(sample('12-getState.importResponses.response'));
  });
  closing.push(() => server.closeAllConnections());
  const outcome = await poll(await listen(server));
  expect(outcome).toMatchObject({ kind: 'responses', results: [{ errors: [] }, { errors: [{ code: 'INT002000' }] }] });
  expect(action).toBe('"urn:getState"');
  expect(body).toContain(`<base:MessageGUID>${HEADER.messageGuid}</base:MessageGUID>`);
  expect(body).toContain(`<base:getStateRequest><base:MessageGUID>${GUID}</base:MessageGUID></base:getStateRequest>`);
});

const upload = { orgPpaGuid: HEADER.orgPpaGuid, context: 'debtreq', extension: 'pdf' } as const;

test.each([
  ['FileVirusNotCheckedException', true],
  ['FileVirusInfectionException', false],
  ['HashConflictException', true],
  ['ExtensionException', false],
  ['DetectionException', false],
  ['DataProviderValidationException', false],
  ['INT002029', true],
  ['SomethingNewException', false],
])('the file store refuses with %s', async (code, transient) => {
  const connection = await serve((_, reply) => reply.writeHead(400, { 'X-Upload-Error': code }).end());
  expect(await uploadFile(connection, { ...upload, bytes: Buffer.from('%PDF') })).toEqual({
    ok: false,
    transient,
    code,
    text: expect.stringMatching(new RegExp(`^[А-Я].*\\(${code}\\)$`)),
  });
});

test.each([
  ['a bare 400', 400, {}, false],
  ['503', 503, {}, true],
  ['no identifier in the reply', 200, {}, true],
  ['an identifier that is none', 200, { 'X-Upload-UploadID': 'x' }, true],
])('the file store: %s', async (_, status, headers, transient) => {
  const connection = await serve((_incoming, reply) => reply.writeHead(status, headers).end());
  expect(await uploadFile(connection, { ...upload, bytes: Buffer.from('%PDF') })).toMatchObject({
    ok: false,
    transient,
  });
});

test('parts that the store has not put together are no success', async () => {
  const connection = await serve((incoming, reply) => {
    const completed = incoming.method === 'HEAD' ? { 'X-Upload-Completed': 'false', 'X-Upload-Length': '8' } : {};
    reply.writeHead(200, { 'X-Upload-UploadID': GUID, ...completed }).end();
  });
  expect(await uploadFile(connection, { ...upload, bytes: Buffer.from('%PDF-1.7'), partSize: 3 })).toMatchObject({
    ok: false,
    transient: true,
    text: expect.stringContaining('не полностью'),
  });
});

test('no connection to the file store: later', async () => {
  const outcome = await uploadFile(
    { url: 'http://127.0.0.1:1/', basicAuth: null, timeoutMs: 1000 },
    { ...upload, bytes: Buffer.from('%PDF') },
  );
  expect(outcome).toMatchObject({ ok: false, transient: true, code: null });
});

test('AttachmentHASH: the vectors of PROTOCOL §7', () => {
  expect(attachmentHash(Buffer.from(''))).toBe('981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0');
  expect(attachmentHash(Buffer.from('abc'))).toBe('b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c');
});
