/** The REST file store (PROTOCOL §7), context `debtreq`. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Model, newGuid, type StoredFile } from './model';

const PART_LIMIT = 5 * 1024 * 1024;
export const FILE_STORE = '/ext-bus-file-store-service/rest/';

export interface FileReply {
  status: number;
  headers: Record<string, string>;
  body?: Buffer;
}

class FileError extends Error {}

function refuse(error: string): never {
  throw new FileError(error);
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** RFC 2047 words (`=?utf-8?B?…?=`), several may follow each other. */
function decodeWords(text: string): string {
  const joined = text.replace(/(\?=)\s+(=\?)/g, '$1$2');
  return joined.replace(/=\?([\w-]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, value: string) => {
    const bytes =
      encoding.toUpperCase() === 'B'
        ? Buffer.from(value, 'base64')
        : Buffer.from(
            value
              .replace(/_/g, ' ')
              .replace(/=([0-9a-f]{2})/gi, (__, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          );
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      return refuse('FieldValidationException');
    }
  });
}

function fileName(model: Model, headers: IncomingHttpHeaders): string {
  const raw = header(headers, 'x-upload-filename');
  if (!raw || /[^\x20-\x7e]/.test(raw)) refuse('FieldValidationException');
  const isEncoded = /^(=\?[\w-]+\?[BQ]\?[^?]*\?=\s*)+$/i.test(raw);
  const name = isEncoded ? decodeWords(raw) : raw;
  if (!name.trim() || name.length > 255 || /[<>?:|*%\\"\p{Cc}]/u.test(name)) refuse('FieldValidationException');
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (!extension || !model.settings.extensions.includes(extension)) refuse('ExtensionException');
  return name;
}

/** First bytes by extension; those without a signature are not looked at. */
const MAGIC: Record<string, string[]> = {
  pdf: ['25504446'],
  jpg: ['ffd8ff'],
  jpeg: ['ffd8ff'],
  png: ['89504e47'],
  gif: ['47494638'],
  bmp: ['424d'],
  tif: ['49492a00', '4d4d002a'],
  tiff: ['49492a00', '4d4d002a'],
  rtf: ['7b5c727466'],
  doc: ['d0cf11e0'],
  xls: ['d0cf11e0'],
  docx: ['504b0304'],
  xlsx: ['504b0304'],
  odt: ['504b0304'],
  zip: ['504b0304'],
};

function checkContent(file: { name: string }, head: Buffer): void {
  const known = MAGIC[file.name.split('.').pop()!.toLowerCase()];
  if (known && !known.some((magic) => head.toString('hex', 0, magic.length / 2) === magic))
    refuse('DetectionException');
}

function number(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = header(headers, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,12}$/.test(value)) refuse('FieldValidationException');
  return Number(value);
}

function checkMd5(headers: IncomingHttpHeaders, body: Buffer): void {
  const md5 = header(headers, 'content-md5');
  if (!md5) refuse('FieldValidationException');
  if (md5 !== createHash('md5').update(body).digest('base64')) refuse('HashConflictException');
}

function organizationOf(model: Model, headers: IncomingHttpHeaders): string {
  const guid = header(headers, 'x-upload-orgppaguid') ?? header(headers, 'x-upload-dataprovider') ?? '';
  if (!model.organization(guid)) refuse('DataProviderValidationException');
  return guid;
}

function stored(model: Model, id: string, headers: IncomingHttpHeaders): StoredFile {
  const file = model.files.get(id.toLowerCase());
  if (!file) refuse('FileNotFoundException');
  const asker = header(headers, 'x-upload-orgppaguid') ?? header(headers, 'x-upload-dataprovider');
  if (asker && asker.toLowerCase() !== file.orgPPAGUID.toLowerCase()) refuse('FilePermissionException');
  return file;
}

function fileHeaders(file: StoredFile): Record<string, string> {
  return {
    'X-Upload-UploadID': file.guid,
    'X-Upload-Completed': String(file.completed),
    'X-Upload-Length': String(file.length),
    'X-Upload-Filename': /^[\x20-\x7e]+$/.test(file.name)
      ? file.name
      : `=?utf-8?B?${Buffer.from(file.name).toString('base64')}?=`,
    'X-Upload-Completed-Parts': file.parts.join(','),
  };
}

function download(model: Model, file: StoredFile, headers: IncomingHttpHeaders): FileReply {
  if (!file.completed) refuse('InvalidStatusException');
  const bytes = model.fileBytes(file);
  const type = { 'Content-Type': 'application/octet-stream', 'Accept-Ranges': 'bytes' };
  const range = header(headers, 'range');
  if (!range) return { status: 200, headers: type, body: bytes };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const first = Number(from);
  const last = Math.min(to ? Number(to) : bytes.length - 1, bytes.length - 1);
  if (from === undefined || first > last) {
    return { status: 416, headers: { 'Content-Range': `bytes */${bytes.length}` } };
  }
  return {
    status: 206,
    headers: { ...type, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
  };
}

function uploadWhole(model: Model, headers: IncomingHttpHeaders, body: Buffer): FileReply {
  const orgPPAGUID = organizationOf(model, headers);
  const name = fileName(model, headers);
  const length = number(headers, 'x-upload-length');
  if (body.length === 0 || body.length > PART_LIMIT || (length !== undefined && length !== body.length)) {
    refuse('InvalidSizeException');
  }
  checkMd5(headers, body);
  checkContent({ name }, body);
  const file = model.createFile({ guid: newGuid(), orgPPAGUID, name, length: body.length, partCount: 1 });
  model.putPart(file, 1, body);
  model.completeFile(file);
  return { status: 200, headers: { 'X-Upload-UploadID': file.guid } };
}

function startParts(model: Model, headers: IncomingHttpHeaders): FileReply {
  const orgPPAGUID = organizationOf(model, headers);
  const name = fileName(model, headers);
  const length = number(headers, 'x-upload-length');
  const partCount = number(headers, 'x-upload-part-count');
  if (!length || !partCount) refuse('FieldValidationException');
  if (length > partCount * PART_LIMIT || partCount > length) refuse('InvalidSizeException');
  const file = model.createFile({ guid: newGuid(), orgPPAGUID, name, length, partCount });
  return { status: 200, headers: { 'X-Upload-UploadID': file.guid } };
}

/** Parts may be smaller than 5 MiB here, so that tests need no large files; the portal asks for 5 MiB each. */
function uploadPart(model: Model, file: StoredFile, headers: IncomingHttpHeaders, body: Buffer): FileReply {
  const part = number(headers, 'x-upload-partnumber');
  if (file.completed) refuse('InvalidStatusException');
  if (!part || part > file.partCount) refuse('InvalidPartNumberException');
  if (body.length === 0 || body.length > PART_LIMIT) refuse('InvalidSizeException');
  checkMd5(headers, body);
  if (part === 1) checkContent(file, body);
  model.putPart(file, part, body);
  return { status: 200, headers: {} };
}

function complete(model: Model, file: StoredFile): FileReply {
  if (file.parts.length !== file.partCount) refuse('InvalidStatusException');
  if (model.fileBytes(file).length !== file.length) refuse('InvalidSizeException');
  model.completeFile(file);
  return { status: 200, headers: {} };
}

/** Error injected into the file store as X-Upload-Error. */
export function fileRefusal(error: string): FileReply {
  return { status: 400, headers: { 'X-Upload-Error': error } };
}

/** One HTTP request of the file store. `rest` is the path after {@link FILE_STORE}. Refusals: 400 and X-Upload-Error. */
export function fileStore(
  model: Model,
  method: string,
  rest: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
  body: Buffer,
): FileReply {
  try {
    const [context, id = ''] = rest.split('/');
    if (context !== 'debtreq') refuse('ContextNotFoundException');
    if (!id) {
      if (method === 'PUT') return uploadWhole(model, headers, body);
      if (method === 'POST' && query.has('upload')) return startParts(model, headers);
    } else {
      const file = stored(model, id, headers);
      if (method === 'PUT') return uploadPart(model, file, headers, body);
      if (method === 'POST' && query.has('completed')) return complete(model, file);
      if (method === 'HEAD') return { status: 200, headers: fileHeaders(file) };
      if (method === 'GET' && query.has('getfile')) return download(model, file, headers);
    }
    return { status: 405, headers: {} };
  } catch (error) {
    if (error instanceof FileError) return fileRefusal(error.message);
    throw error;
  }
}
