import { createHash } from 'node:crypto';
import { and, count, eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { debtRequests, fileContents, files } from '@/db/schema/debt-requests';
import { recordAccess } from '@/lib/auth/access-log';
import type { Person } from '@/lib/auth/actor';
import { MAX_FILE_BYTES } from '@/lib/debt-requests/answer-schema';
import type { CardFile } from '@/lib/debt-requests/card';
import { relationsOf, visibleTo } from '@/lib/debt-requests/transition';
import { allowed, type Status } from '@/lib/debt-requests/workflow';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { contentTypeOf, examineFile } from './content';

/** Uploading and downloading the files of an answer. */

/** Uploads that never took a place in an answer, per request; keeps one person from filling the disk. */
const MAX_PENDING = 50;

/**
 * Keeps a file for an answer to come; it joins the answer when that is saved. Refuses: an empty or too large file, an
 * extension outside the manual's list, content that is not what the extension says, a request that this person may not
 * edit now. `warning` names what the portal is known to accept less surely (PROTOCOL §7).
 */
export async function uploadFile(
  person: Person,
  input: { requestId: string; name: string; bytes: Uint8Array },
): Promise<Result<{ file: CardFile & { warning: string | null } }>> {
  if (!/^[0-9a-f-]{36}$/i.test(input.requestId)) return notFound;
  const [request] = await db
    .select()
    .from(debtRequests)
    .where(and(eq(debtRequests.id, input.requestId), visibleTo(person)));
  if (!request) return notFound;
  if (!allowed('saveDraft', request.status as Status, relationsOf(person, request))) {
    return { ok: false, reason: 'notAllowed', message: 'Сейчас к этому запросу нельзя приложить файл.' };
  }
  const accepted = await acceptFile(input.name, input.bytes);
  if (!accepted.ok) return accepted;
  const [pending] = await db
    .select({ total: count() })
    .from(files)
    .where(and(eq(files.requestId, request.id), eq(files.place, 'pending')));
  if (pending!.total >= MAX_PENDING)
    return invalid('Слишком много загруженных, но не сохранённых файлов. Сохраните ответ.');
  const file = await db.transaction(async (tx) => {
    const [row] = await tx
      .insert(files)
      .values({
        organizationId: request.organizationId,
        requestId: request.id,
        ...accepted.columns,
        uploadedBy: person.userId,
      })
      .returning();
    await tx.insert(fileContents).values({ fileId: row!.id, bytes: Buffer.from(input.bytes) });
    return row!;
  });
  return {
    ok: true,
    file: {
      id: file.id,
      name: file.name,
      extension: file.extension,
      size: file.size,
      documentTypeCode: null,
      warning: accepted.warning,
    },
  };
}

/**
 * What is kept of an uploaded file beside its bytes. Refuses an empty or too large one, an extension outside the manual's list
 * and content that is not what the extension says.
 */
export async function acceptFile(
  given: string,
  bytes: Uint8Array,
): Promise<
  | { ok: true; columns: { name: string; extension: string; size: number; sha256: string }; warning: string | null }
  | Refusal
> {
  const name = cleanName(given);
  if (bytes.length === 0) return invalid(`Файл «${name}» пустой.`);
  if (bytes.length > MAX_FILE_BYTES) return invalid(`Файл «${name}» больше 5 МБ. Портал такие не принимает.`);
  const examined = await examineFile(name, bytes);
  if (!examined.ok) return invalid(examined.message);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    ok: true,
    columns: { name, extension: examined.extension, size: bytes.length, sha256 },
    warning: examined.warning,
  };
}

/**
 * The bytes of a file of a visible request; to be served as an attachment, or shown if `viewKind` knows its extension.
 * Null = absent or foreign.
 */
export async function downloadFile(
  person: Person,
  id: string,
): Promise<{ name: string; extension: string; contentType: string; bytes: Uint8Array } | null> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
  const [row] = await db
    .select({
      name: files.name,
      extension: files.extension,
      bytes: fileContents.bytes,
      requestId: files.requestId,
    })
    .from(files)
    .innerJoin(fileContents, eq(fileContents.fileId, files.id))
    .innerJoin(debtRequests, eq(debtRequests.id, files.requestId))
    .where(and(eq(files.id, id), visibleTo(person)));
  if (!row) return null;
  await recordAccess(person, 'downloadFile', { requestId: row.requestId, subject: `файл ${id}` });
  return { ...row, contentType: contentTypeOf(row.extension) };
}

/** The name a file is kept under: the last part of a path, without characters that file systems and the portal refuse (PROTOCOL §7), ≤ 255. */
function cleanName(name: string): string {
  const last = name.split(/[/\\]/).pop() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = last.replace(/[\u0000-\u001f<>?:|*%"]/g, '_').trim();
  if (clean.length <= 255) return clean || 'файл';
  const dot = clean.lastIndexOf('.');
  return dot > 0 ? clean.slice(0, 255 - (clean.length - dot)) + clean.slice(dot) : clean.slice(0, 255);
}
