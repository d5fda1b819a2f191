import { createHash, randomUUID } from 'node:crypto';
import type { GisConnection } from './connection';
import { FILE_STORE_PATH } from './formats';
import { gost94 } from './signature/gost94';
import { type HttpReply, request } from './transport';

/** The portal takes up to 5 MiB in one call, the rest in parts of this size (PROTOCOL §7). */
const PART_SIZE = 5 * 1024 * 1024;

export interface Upload {
  orgPpaGuid: string;
  /** The store of debt requests. */
  context: 'debtreq';
  bytes: Uint8Array;
  /** Without a dot, `pdf`. The portal compares it with the content. */
  extension: string;
  /** Bytes per part; only a test needs another. */
  partSize?: number;
}

/**
 * `transient` – the same upload may succeed later. `code` is the portal's word for it (X-Upload-Error), verbatim;
 * `text` is a Russian sentence for staff.
 */
export type UploadOutcome =
  | { ok: true; attachmentGuid: string }
  | { ok: false; transient: boolean; code: string | null; text: string };

/** AttachmentHASH of a file: ГОСТ Р 34.11-94 with the CryptoPro parameters, lower-case hex (PROTOCOL §7). */
export function attachmentHash(bytes: Uint8Array): string {
  return Buffer.from(gost94(bytes)).toString('hex');
}

/**
 * Puts a file into the portal's file store and returns the GUID that a message refers to it by. Goes under a random
 * ASCII name: the name that people see travels in the message. Repeating it is harmless and makes another copy.
 */
export async function uploadFile(connection: GisConnection, upload: Upload): Promise<UploadOutcome> {
  const partSize = upload.partSize ?? PART_SIZE;
  return upload.bytes.byteLength <= partSize
    ? uploadAtOnce(connection, upload)
    : uploadInParts(connection, upload, partSize);
}

async function uploadAtOnce(connection: GisConnection, upload: Upload): Promise<UploadOutcome> {
  const reply = await request(connection, {
    method: 'PUT',
    path: store(upload),
    headers: { ...senderHeaders(upload), 'X-Upload-Filename': fileName(upload), 'Content-MD5': md5(upload.bytes) },
    body: upload.bytes,
  });
  return uploadId(reply);
}

async function uploadInParts(connection: GisConnection, upload: Upload, partSize: number): Promise<UploadOutcome> {
  const { bytes } = upload;
  const partCount = Math.ceil(bytes.byteLength / partSize);
  const opened = uploadId(
    await request(connection, {
      method: 'POST',
      path: `${store(upload)}/?upload`,
      headers: {
        ...senderHeaders(upload),
        'X-Upload-Filename': fileName(upload),
        'X-Upload-Length': String(bytes.byteLength),
        'X-Upload-Part-Count': String(partCount),
      },
    }),
  );
  if (!opened.ok) return opened;
  const path = `${store(upload)}/${opened.attachmentGuid}`;

  for (let part = 0; part < partCount; part++) {
    const body = bytes.subarray(part * partSize, (part + 1) * partSize);
    const refused = refusal(
      await request(connection, {
        method: 'PUT',
        path,
        headers: { ...senderHeaders(upload), 'X-Upload-Partnumber': String(part + 1), 'Content-MD5': md5(body) },
        body,
      }),
    );
    if (refused) return refused;
  }

  const headers = senderHeaders(upload);
  const notCompleted = refusal(await request(connection, { method: 'POST', path: `${path}?completed`, headers }));
  if (notCompleted) return notCompleted;

  // the store answers ?completed before it has put the parts together: what it holds is asked for
  const held = await request(connection, { method: 'HEAD', path, headers });
  const notHeld = refusal(held);
  if (notHeld) return notHeld;
  if (
    held.ok &&
    (held.headers['x-upload-completed'] !== 'true' || held.headers['x-upload-length'] !== String(bytes.byteLength))
  ) {
    return {
      ok: false,
      transient: true,
      code: null,
      text: `Файловый сервис портала принял файл не полностью (X-Upload-Completed: ${held.headers['x-upload-completed'] ?? 'нет'}, X-Upload-Length: ${held.headers['x-upload-length'] ?? 'нет'})`,
    };
  }
  return opened;
}

const store = (upload: Upload) => `${FILE_STORE_PATH}/${upload.context}`;
const fileName = (upload: Upload) => `${randomUUID()}.${upload.extension}`;
const senderHeaders = (upload: Upload) => ({ 'X-Upload-OrgPPAGUID': upload.orgPpaGuid });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');

function uploadId(reply: HttpReply): UploadOutcome {
  const refused = refusal(reply);
  if (refused) return refused;
  const id = reply.ok ? reply.headers['x-upload-uploadid'] : undefined;
  if (typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    return { ok: true, attachmentGuid: id.toLowerCase() };
  }
  return {
    ok: false,
    transient: true,
    code: null,
    text: 'Файловый сервис портала не сообщил идентификатор файла (нет заголовка X-Upload-UploadID)',
  };
}

/** Codes of X-Upload-Error (PROTOCOL §7) without the suffix «Exception», which not every client has seen. */
const REFUSALS: Record<string, { text: string; transient?: true }> = {
  FieldValidation: { text: 'Портал отверг файл: неверные сведения о загрузке' },
  FileNotFound: { text: 'Портал не нашёл у себя загружаемый файл', transient: true },
  InvalidStatus: { text: 'Портал отверг файл: загрузка уже завершена или прервана', transient: true },
  InvalidSize: { text: 'Портал отверг файл: размер не допускается или не совпал с заявленным' },
  FileVirusInfection: { text: 'Портал отверг файл: в нём найден вирус' },
  FileVirusNotChecked: { text: 'Портал ещё не проверил файл на вирусы', transient: true },
  FilePermission: { text: 'Портал отверг файл: у организации нет права на него' },
  DataProviderValidation: { text: 'Портал отверг файл: неверный идентификатор организации (orgPPAGUID)' },
  CertificateValidation: { text: 'Портал отверг файл: сертификат информационной системы не принят' },
  HashConflict: { text: 'Портал отверг файл: содержимое исказилось при передаче (MD5 не совпал)', transient: true },
  InvalidPartNumber: { text: 'Портал отверг файл: неверный номер части', transient: true },
  ContextNotFound: { text: 'Портал отверг файл: нет такого раздела файлового сервиса' },
  Extension: { text: 'Портал отверг файл: такое расширение не допускается' },
  Detection: { text: 'Портал отверг файл: содержимое не соответствует расширению' },
  INT002029: { text: 'На портале идут технические работы', transient: true },
};

/** Null when the call succeeded. */
function refusal(reply: HttpReply): Extract<UploadOutcome, { ok: false }> | null {
  if (!reply.ok) {
    // a file that did not arrive for certain is uploaded once more: no harm in a second copy
    return { ok: false, transient: true, code: null, text: reply.text };
  }
  const header = reply.headers['x-upload-error'];
  const code = (Array.isArray(header) ? header[0] : header)?.trim() || null;
  if (!code && reply.status >= 200 && reply.status < 300) return null;
  if (!code) {
    return {
      ok: false,
      transient: reply.status >= 500 || reply.status === 429 || reply.status === 408,
      code: null,
      text: `Файловый сервис портала отказал без объяснения (HTTP ${reply.status})`,
    };
  }
  const known = REFUSALS[code.replace(/Exception$/, '')];
  return {
    ok: false,
    transient: known?.transient ?? false,
    code,
    text: known ? `${known.text} (${code})` : `Портал отверг файл (${code})`,
  };
}
