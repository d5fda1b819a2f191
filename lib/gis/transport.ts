import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { GisConnection } from './connection';
import { type Operation, SERVICES, type Service, soapAction } from './formats';

/** A longer reply is no reply of the portal: a block of 100 subrequests takes about 200 kB. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Nothing is written before this passes, so a hanging connect is told as «не отправлено» and not as «неизвестно». */
const CONNECT_TIMEOUT_MS = 15_000;

/**
 * What came of one HTTP exchange. `delivered: 'no'` – nothing was written, the message did not reach the portal;
 * `'unknown'` – it may have. `text` is a Russian sentence with the technical cause in parentheses, `body` what came
 * instead of a reply, if anything.
 */
export type HttpReply =
  | { ok: true; status: number; headers: IncomingHttpHeaders; body: Buffer }
  | { ok: false; delivered: 'no' | 'unknown'; text: string; body: Buffer | null };

// Idle connections are closed after two seconds: a stale one that breaks under an import would read as «unknown».
const AGENT_OPTIONS = { keepAlive: true, timeout: 2_000 };
const AGENTS = { 'http:': new http.Agent(AGENT_OPTIONS), 'https:': new https.Agent(AGENT_OPTIONS) };

/**
 * Posts one SOAP message (PROTOCOL §2). Any status but 502, 503, 504 is handed on for reading, since faults come with
 * 500 and bad versions with 400; a web page instead of XML is a failure of what stands before the portal.
 */
export async function post(
  connection: GisConnection,
  service: Service,
  operation: Operation,
  xml: string,
): Promise<HttpReply> {
  const reply = await request(connection, {
    method: 'POST',
    path: SERVICES[service].path,
    headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${soapAction(service, operation)}"` },
    body: Buffer.from(xml, 'utf8'),
  });
  if (!reply.ok) return reply;
  if ([502, 503, 504].includes(reply.status)) {
    return unknown(`Портал временно недоступен (HTTP ${reply.status})`, reply.body);
  }
  if (reply.status < 400 || reply.status >= 500) {
    const type = reply.headers['content-type'] ?? '';
    if (/text\/html/i.test(type) || /^\uFEFF?\s*<(!doctype\s+)?html/i.test(reply.body.toString('utf8', 0, 200))) {
      return unknown(`Вместо ответа портала пришла веб-страница (HTTP ${reply.status})`, reply.body);
    }
  }
  return reply;
}

interface Call {
  method: 'POST' | 'PUT' | 'HEAD';
  /** Relative to the connection's URL. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

/** One HTTP exchange with the portal within the connection's time limit; failures are returned, never thrown. */
export function request(connection: GisConnection, call: Call): Promise<HttpReply> {
  const url = new URL(call.path, connection.url.endsWith('/') ? connection.url : `${connection.url}/`);
  const secure = url.protocol === 'https:';
  const headers: Record<string, string> = {
    ...call.headers,
    'Accept-Encoding': 'gzip',
    'Content-Length': String(call.body?.byteLength ?? 0),
  };
  if (connection.basicAuth) headers.Authorization = `Basic ${Buffer.from(connection.basicAuth).toString('base64')}`;

  return new Promise((resolve) => {
    let connected = false;
    const agent = AGENTS[secure ? 'https:' : 'http:'];
    const outgoing = (secure ? https : http).request(url, { method: call.method, headers, agent });

    const finish = (reply: HttpReply) => {
      clearTimeout(connectTimer);
      clearTimeout(timer);
      resolve(reply);
      // a connection is reused only after a reply that was read to its end
      if (!reply.ok) outgoing.destroy();
    };
    const fail = (cause: string) =>
      finish(
        connected
          ? unknown(`Связь с порталом прервалась, ответа нет (${cause})`)
          : {
              ok: false,
              delivered: 'no',
              text: `Нет связи с порталом, сообщение не отправлено (${cause})`,
              body: null,
            },
      );
    const timer = setTimeout(
      () => fail(`истекло время ожидания, ${connection.timeoutMs / 1000} с`),
      connection.timeoutMs,
    );
    const connectTimer = setTimeout(
      () => connected || fail(`соединение не установлено за ${CONNECT_TIMEOUT_MS / 1000} с`),
      CONNECT_TIMEOUT_MS,
    );

    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true));
      else connected = true;
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    outgoing.on('response', (incoming) => {
      readBody(incoming, call.method).then(
        (body) => finish({ ok: true, status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
        (error: NodeJS.ErrnoException) => fail(error.code ?? error.message),
      );
    });
    outgoing.end(call.body);
  });
}

function unknown(text: string, body: Buffer | null = null): HttpReply {
  return { ok: false, delivered: 'unknown', text, body };
}

/** The unpacked body; rejects when it breaks off or grows over the limit. */
async function readBody(incoming: IncomingMessage, method: Call['method']): Promise<Buffer> {
  const packed = incoming.headers['content-encoding'] === 'gzip' && method !== 'HEAD';
  // pipeline hands a break of the connection on to the loop below, which is where it is met
  const source: Readable = packed ? pipeline(incoming, createGunzip(), () => {}) : incoming;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) throw new Error(`ответ больше ${MAX_REPLY_BYTES / 1024 / 1024} МБ`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
