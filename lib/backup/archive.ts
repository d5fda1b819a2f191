import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { CommandError } from '@/lib/cli/command';

/**
 * The file of a backup. A line that says what it is; then, by gzip, blocks (a length of 4 bytes, big-endian, and that many
 * bytes); then the SHA-256 of all before. The first block is the head. For each table of the head follow the rows as COPY
 * writes them, in any number of blocks, an empty block, and the tail of the table. Head and tails are JSON. Nothing is ever
 * held whole: neither a table nor the file fits into memory.
 */

const MAGIC = Buffer.from('otklik-backup 1\n');
const DIGEST = 32;
/** COPY gives a row at a time; gzip wants more. */
const PIECE = 256 * 1024;

export interface Head {
  /** When the backup was made: the moment of its snapshot, ISO. */
  at: string;
  postgres: string;
  /** Migrations that the database had, oldest first. */
  migrations: string[];
  tables: { name: string; columns: string[] }[];
  /** `last` is null where no number was taken yet. */
  sequences: { name: string; last: string | null }[];
}

interface Tail {
  rows: number;
  sha256: string;
}

/**
 * Writes a backup: `rowsOf` gives the rows of a table as COPY writes them. The file appears under its name when it is whole,
 * readable by its owner alone. Returns its size and the number of rows. CommandError when it exists or cannot be written.
 */
export async function writeArchive(
  file: string,
  head: Head,
  rowsOf: (table: Head['tables'][number]) => AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<{ bytes: number; rows: number }> {
  if (await exists(file))
    throw new CommandError(`Файл ${file} уже есть: назовите другой, чтобы не потерять прежнюю копию.`);
  const draft = `${file}.${process.pid}.part`;
  let rows = 0;

  async function* blocks(): AsyncGenerator<Buffer> {
    yield* block(json(head));
    for (const table of head.tables) {
      const hash = createHash('sha256');
      const tail: Tail = { rows: 0, sha256: '' };
      for await (const piece of pieces(rowsOf(table))) {
        hash.update(piece);
        tail.rows += countLines(piece);
        yield* block(piece);
      }
      tail.sha256 = hash.digest('hex');
      rows += tail.rows;
      yield* block(Buffer.alloc(0));
      yield* block(json(tail));
    }
  }
  async function* sealed(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256').update(MAGIC);
    yield MAGIC;
    for await (const piece of packed) {
      hash.update(piece);
      yield piece;
    }
    yield hash.digest();
  }

  const out = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(blocks, createGzip(), sealed, out, { signal });
    if (await exists(file)) throw new CommandError(`Файл ${file} появился, пока делалась копия.`);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    const code = out.errored && (out.errored as NodeJS.ErrnoException).syscall && (error as NodeJS.ErrnoException).code;
    throw code ? new CommandError(`Не удалось записать ${draft} (${code}).`) : error;
  }
  return { bytes: out.bytesWritten, rows };
}

/**
 * Refuses (CommandError) what is no backup of ours or is not what was written, to the last byte. Reads the whole file and
 * looks at nothing in it.
 */
export async function verifyArchive(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : -1),
    () => -1,
  );
  if (size < 0) throw new CommandError(`Файла ${file} нет.`);
  const end = size - DIGEST;
  const [magic, digest] = await edges(file, Math.max(end, 0));
  if (!magic.equals(MAGIC))
    throw new CommandError(`${file} — не\u00a0резервная копия «Отклика» или копия более новой версии программы.`);
  const hash = createHash('sha256');
  if (end > 0) await pipeline(createReadStream(file, { end: end - 1 }), hash);
  if (end < MAGIC.length || !hash.digest().equals(digest)) {
    throw new CommandError(
      `Резервная копия ${file} повреждена: её содержимое не\u00a0то, что было записано. Возьмите другую.`,
    );
  }
}

async function edges(file: string, end: number): Promise<[Buffer, Buffer]> {
  const handle = await open(file).catch((error) => {
    throw new CommandError(`Не удалось прочитать ${file} (${error.code}).`);
  });
  try {
    const magic = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    const digest = await handle.read(Buffer.alloc(DIGEST), 0, DIGEST, end);
    return [magic.buffer.subarray(0, magic.bytesRead), digest.buffer];
  } finally {
    await handle.close();
  }
}

/** Reads a verified backup from its beginning, in the order in which it was written. */
export class ArchiveReader {
  private readonly packed;
  private readonly source: AsyncIterator<Buffer>;
  private buffer: Buffer = Buffer.alloc(0);

  private constructor(file: string, size: number) {
    this.packed = createReadStream(file, { start: MAGIC.length, end: size - DIGEST - 1 });
    const unpacked = createGunzip();
    this.packed.on('error', (error) => unpacked.destroy(error));
    this.source = this.packed.pipe(unpacked)[Symbol.asyncIterator]();
  }

  static async open(file: string): Promise<ArchiveReader> {
    return new ArchiveReader(file, (await stat(file)).size);
  }

  async head(): Promise<Head> {
    return JSON.parse((await this.block()).toString());
  }

  /** The rows of the next table; throws when they are not those that its tail tells of. */
  async *rows(): AsyncGenerator<Buffer, number> {
    const hash = createHash('sha256');
    let rows = 0;
    for (let piece = await this.block(); piece.length > 0; piece = await this.block()) {
      hash.update(piece);
      rows += countLines(piece);
      yield piece;
    }
    const tail: Tail = JSON.parse((await this.block()).toString());
    if (tail.sha256 !== hash.digest('hex') || tail.rows !== rows) throw new Error('a table is not what was written');
    return rows;
  }

  async close(): Promise<void> {
    this.packed.destroy();
    await this.source.return?.();
  }

  private async block(): Promise<Buffer> {
    return this.take((await this.take(4)).readUInt32BE());
  }

  private async take(length: number): Promise<Buffer> {
    const parts = [this.buffer];
    let have = this.buffer.length;
    while (have < length) {
      const next = await this.source.next();
      if (next.done) throw new Error('the backup ends too soon');
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    this.buffer = all.subarray(length);
    return all.subarray(0, length);
  }
}

function* block(bytes: Buffer): Generator<Buffer> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  yield length;
  if (bytes.length > 0) yield bytes;
}

async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/** COPY writes a line a row: a line break inside a value is written as \n. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
