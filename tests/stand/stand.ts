/**
 * Our own ГИС ЖКХ for tests, the demo and training: speaks the protocol of debt requests, dictionaries and the file store,
 * refuses what the portal refuses, shows what the asker sees. Listens on 127.0.0.1 only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TRANSIENT } from './codes';
import { Control, type LogEntry, type SettingsChange } from './control';
import type { Fault } from './faults';
import { FILE_STORE, type FileReply, fileRefusal, fileStore } from './file-store';
import { type Message, Model } from './model';
import { handlePage } from './pages';
import { actionName, BARE_400, type Reply, receive, SERVICES, settle, fault as soapFault } from './soap';

export interface StandOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Where to keep everything. Absent: in memory only. */
  dataDir?: string;
  /** Milliseconds since the epoch; the stand's own offset (setClock) is added. */
  clock?: () => number;
  /** `login:password`, asked for as on СИТ. */
  basicAuth?: string;
  settings?: SettingsChange;
}

export interface Stand {
  /** `http://127.0.0.1:<port>`, without a slash at the end: the client's GIS_URL. */
  url: string;
  control: Control;
  /** Closes the port and every connection; what is kept stays in `dataDir`. */
  close(): Promise<void>;
}

const BODY_LIMIT = 64 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new Error('Body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const HTML_502 =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
const HTML_MAINTENANCE =
  '<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Технические работы</title></head><body><h1>Ведутся технические работы</h1><p>Приносим извинения за неудобства.</p></body></html>';

/** The reply that a fault puts in place of the real one, before anything is processed. */
function replyInstead(model: Model, fault: Fault, body: Buffer): Reply | undefined {
  if (fault.fault === 'EXP001000') {
    // The identical packet sent again then fails too (see receive), so remember whose it was.
    const guid = /MessageGUID>\s*([0-9a-f-]{36})\s*</i.exec(body.toString('utf8'))?.[1];
    if (guid) model.requesterGuids.add(guid);
    return soapFault(model, TRANSIENT);
  }
  if (fault.fault === 'soapFault') return soapFault(model, { code: fault.code ?? '', text: fault.text ?? '' });
  if (fault.fault === 'http400') return BARE_400;
  if (fault.fault === 'http502') return { status: 502, contentType: 'text/html', body: HTML_502 };
  if (fault.fault === 'html') return { status: 200, contentType: 'text/html; charset=utf-8', body: HTML_MAINTENANCE };
  return undefined;
}

const UPLOAD_ERRORS: Partial<Record<Fault['fault'], string>> = {
  virus: 'FileVirusInfectionException',
  virusNotChecked: 'FileVirusNotCheckedException',
  hashConflict: 'HashConflictException',
};

async function write(response: ServerResponse, body: Buffer, slowMs: number): Promise<void> {
  if (slowMs === 0 || body.length === 0) {
    response.end(body);
    return;
  }
  const pieces = 10;
  for (let i = 0; i < pieces && !response.destroyed; i++) {
    await wait(slowMs / pieces);
    response.write(body.subarray((body.length * i) / pieces, (body.length * (i + 1)) / pieces));
  }
  response.end();
}

/** Starts a stand of its own. Several may run in one process. */
export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const model = new Model(options.dataDir, options.clock ?? Date.now);
  const waiting = new Set<Message>([...model.messages.values()].filter(({ task }) => task));
  const control = new Control(model, { settle: () => settle(model, waiting), forget: () => waiting.clear() });
  if (options.settings) control.set(options.settings);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand');
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    settle(model, waiting);

    const isFile = url.pathname.startsWith(FILE_STORE);
    const isSoap = url.pathname in SERVICES;
    if (!isFile && !isSoap) {
      handlePage(model, control, request, url, body, response);
      model.flush();
      return;
    }
    if (options.basicAuth) {
      const expected = `Basic ${Buffer.from(options.basicAuth).toString('base64')}`;
      if (request.headers.authorization !== expected) {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="stand"' }).end();
        return;
      }
    }

    const soapAction = request.headers.soapaction as string | undefined;
    const operation = isSoap ? actionName(soapAction) : method === 'GET' || method === 'HEAD' ? 'download' : 'upload';
    const { authorization: _, ...headers } = request.headers;
    const entry: LogEntry = {
      at: model.now(),
      operation,
      method,
      path: url.pathname + url.search,
      headers: headers as Record<string, string>,
      body: isSoap ? body.toString('utf8') : '',
      bodyLength: body.length,
      status: 0,
    };
    const struck = model.faults.takeTransport(operation);
    if (struck) entry.fault = struck.fault;
    if (struck?.fault === 'drop') {
      control.record(entry, false);
      request.socket.resetAndDestroy();
      return;
    }
    if (struck?.fault === 'delay') await wait(struck.ms ?? 1000);

    let reply: FileReply;
    let acknowledged = false;
    const uploadError = struck && UPLOAD_ERRORS[struck.fault];
    const instead = struck && replyInstead(model, struck, body);
    if (isFile) {
      if (uploadError) reply = fileRefusal(uploadError);
      else if (instead) {
        reply = {
          status: instead.status,
          headers: { 'Content-Type': instead.contentType },
          body: Buffer.from(instead.body),
        };
      } else
        reply = fileStore(
          model,
          method,
          url.pathname.slice(FILE_STORE.length),
          url.searchParams,
          request.headers,
          body,
        );
      acknowledged = reply.status < 300;
    } else {
      let soap: Reply;
      if (instead) soap = instead;
      else if (method !== 'POST') soap = { status: 405, contentType: 'text/plain', body: '' };
      else {
        const outcome = receive(model, waiting, url.pathname, soapAction, request.headers['content-type'], body);
        entry.messageGuid = outcome.messageGuid;
        soap = outcome.reply;
        acknowledged = outcome.messageGuid !== undefined;
      }
      reply = { status: soap.status, headers: { 'Content-Type': soap.contentType }, body: Buffer.from(soap.body) };
    }
    model.flush();
    entry.status = reply.status;
    control.record(entry, acknowledged);

    if (struck?.fault === 'lostAck' || struck?.fault === 'dropAfter') {
      request.socket.resetAndDestroy();
      return;
    }
    const replyBody = reply.body ?? Buffer.alloc(0);
    response.writeHead(reply.status, { ...reply.headers, 'Content-Length': replyBody.length });
    if (struck?.fault === 'halfClosed') {
      response.write(replyBody.subarray(0, replyBody.length / 2), () => request.socket.end());
      return;
    }
    await write(response, replyBody, struck?.fault === 'slow' ? (struck.ms ?? 3000) : 0);
  }

  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // The client went away in the middle of its message: its affair.
      if (!request.complete) return;
      console.error('The stand failed:', error);
      if (!response.headersSent) response.writeHead(500).end();
      else response.destroy();
    });
  });
  // Longer than a client keeps a connection for reuse, or it would now and then write into one just closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  model.flush();

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    control,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      model.close();
    },
  };
}
