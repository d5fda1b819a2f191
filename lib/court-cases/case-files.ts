import { and, asc, count, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { db, type Tx } from '@/db/client';
import { caseFileContents, caseFiles, courtCases } from '@/db/schema/court-cases';
import { fileContents, files } from '@/db/schema/debt-requests';
import { accounts } from '@/db/schema/houses';
import { accountsVisibleTo } from '@/lib/accounts/accounts';
import { recordAccess } from '@/lib/auth/access-log';
import type { Person } from '@/lib/auth/actor';
import { MAX_FILES } from '@/lib/debt-requests/answer-schema';
import { UUID } from '@/lib/debt-requests/registry-query';
import { invalid, notFound, type Refusal, type Result } from '@/lib/errors';
import { contentTypeOf } from '@/lib/files/content';
import { acceptFile } from '@/lib/files/files';
import { mayKeepCases } from './cases';

/** Scans of court cases. Everybody who sees the case downloads them; the debt clerks and admins add and remove. */

const MAX_PER_CASE = 20;
const KEEPERS_ONLY: Refusal = {
  ok: false,
  reason: 'forbidden',
  message: 'Сканы прикладывает служба работы с\u00a0должниками.',
};

export const caseFileIdSchema = z.object({ id: z.uuid() });

export interface CaseFile {
  id: string;
  name: string;
  /** bytes */
  size: number;
}

/** Keeps a scan of a case; the same content twice is one. Refuses as `uploadFile` of an answer does. */
export async function addCaseFile(
  person: Person,
  input: { caseId: string; name: string; bytes: Uint8Array },
): Promise<Result<{ file: CaseFile }>> {
  if (!mayKeepCases(person)) return KEEPERS_ONLY;
  if (!UUID.test(input.caseId)) return notFound;
  const [one] = await db
    .select({ id: courtCases.id })
    .from(courtCases)
    .innerJoin(accounts, eq(accounts.id, courtCases.accountId))
    .where(and(eq(courtCases.id, input.caseId), accountsVisibleTo(person)));
  if (!one) return notFound;
  const accepted = await acceptFile(input.name, input.bytes);
  if (!accepted.ok) return accepted;
  const [there] = await db.select({ total: count() }).from(caseFiles).where(eq(caseFiles.caseId, one.id));
  if (there!.total >= MAX_PER_CASE) return invalid(`К\u00a0делу можно приложить до ${MAX_PER_CASE} файлов.`);
  return db.transaction(async (tx) => {
    const [made] = await tx
      .insert(caseFiles)
      .values({
        organizationId: person.organizationId,
        caseId: one.id,
        ...accepted.columns,
        uploadedBy: person.userId,
      })
      .onConflictDoNothing()
      .returning();
    if (made) await tx.insert(caseFileContents).values({ fileId: made.id, bytes: Buffer.from(input.bytes) });
    const [file] = made
      ? [made]
      : await tx
          .select()
          .from(caseFiles)
          .where(and(eq(caseFiles.caseId, one.id), eq(caseFiles.sha256, accepted.columns.sha256)));
    return { ok: true, file: { id: file!.id, name: file!.name, size: file!.size } } as const;
  });
}

/** Takes a scan out of its case. Answers that it went with keep theirs. */
export async function removeCaseFile(person: Person, input: { id: string }): Promise<Result> {
  if (!mayKeepCases(person)) return KEEPERS_ONLY;
  const gone = await db
    .delete(caseFiles)
    .where(and(eq(caseFiles.id, input.id), eq(caseFiles.organizationId, person.organizationId)))
    .returning({ id: caseFiles.id });
  return gone.length > 0 ? { ok: true } : notFound;
}

/** Scans of a case that the caller has seen to be visible. */
export const listCaseFiles = (caseId: string): Promise<CaseFile[]> =>
  db
    .select({ id: caseFiles.id, name: caseFiles.name, size: caseFiles.size })
    .from(caseFiles)
    .where(eq(caseFiles.caseId, caseId))
    .orderBy(asc(caseFiles.createdAt), asc(caseFiles.id));

/** The bytes of a scan; null = absent, foreign or of another division. Leaves a line in the access log. */
export async function downloadCaseFile(
  person: Person,
  id: string,
): Promise<{ name: string; contentType: string; bytes: Uint8Array } | null> {
  if (!UUID.test(id)) return null;
  const [row] = await db
    .select({ name: caseFiles.name, extension: caseFiles.extension, bytes: caseFileContents.bytes })
    .from(caseFiles)
    .innerJoin(caseFileContents, eq(caseFileContents.fileId, caseFiles.id))
    .innerJoin(courtCases, eq(courtCases.id, caseFiles.caseId))
    .innerJoin(accounts, eq(accounts.id, courtCases.accountId))
    .where(and(eq(caseFiles.id, id), accountsVisibleTo(person)));
  if (!row) return null;
  await recordAccess(person, 'downloadFile', { subject: `скан дела ${id}` });
  return { name: row.name, contentType: contentTypeOf(row.extension), bytes: row.bytes };
}

/**
 * Copies scans of these cases to a request, to be attached to its answer: at most as many as an answer may have, the first of
 * each case before the second of any. What was copied before is used again. Gives the ids of the request's files.
 */
export async function copyCaseFiles(
  tx: Tx,
  person: Person,
  request: { id: string; organizationId: string },
  caseIds: string[],
): Promise<string[]> {
  if (caseIds.length === 0) return [];
  const scans = await tx
    .select()
    .from(caseFiles)
    .where(and(inArray(caseFiles.caseId, caseIds), eq(caseFiles.organizationId, request.organizationId)))
    .orderBy(asc(caseFiles.createdAt), asc(caseFiles.id));
  const rank = new Map<string, number>();
  const ranked = scans.map((scan) => {
    const at = rank.get(scan.caseId) ?? 0;
    rank.set(scan.caseId, at + 1);
    return { scan, at };
  });
  const distinct = [
    ...new Map(ranked.sort((a, b) => a.at - b.at).map(({ scan }) => [scan.sha256, scan])).values(),
  ].slice(0, MAX_FILES);
  const ids: string[] = [];
  for (const scan of distinct) {
    const [known] = await tx
      .select({ id: files.id })
      .from(files)
      .where(and(eq(files.requestId, request.id), eq(files.sha256, scan.sha256)))
      .limit(1);
    if (known) {
      ids.push(known.id);
      continue;
    }
    const [copy] = await tx
      .insert(files)
      .values({
        organizationId: request.organizationId,
        requestId: request.id,
        name: scan.name,
        extension: scan.extension,
        size: scan.size,
        sha256: scan.sha256,
        uploadedBy: person.userId,
      })
      .returning({ id: files.id });
    const [content] = await tx
      .select({ bytes: caseFileContents.bytes })
      .from(caseFileContents)
      .where(eq(caseFileContents.fileId, scan.id));
    await tx.insert(fileContents).values({ fileId: copy!.id, bytes: content!.bytes });
    ids.push(copy!.id);
  }
  return ids;
}
