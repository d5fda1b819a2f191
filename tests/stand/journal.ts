/** Keeps the stand's state through Ctrl+C and kill -9: an append-only file of «this record is now so». */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface JournalRecord {
  /** Kind of record. */
  k: string;
  v: unknown;
}

/** A line that a killed process left half-written is the last one and is dropped: its sender never got an answer. */
function readRecords(path: string): JournalRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

export class Journal {
  private pending: string[] = [];
  private fd: number | undefined;

  private constructor(private readonly path: string | undefined) {}

  /** Without a folder nothing is kept. Otherwise creates the folder and hands every kept record to `apply`, in order. */
  static open(dataDir: string | undefined, apply: (record: JournalRecord) => void): Journal {
    if (!dataDir) return new Journal(undefined);
    mkdirSync(dataDir, { recursive: true });
    const path = join(dataDir, 'stand.ndjson');
    for (const record of readRecords(path)) apply(record);
    return new Journal(path);
  }

  /** Written by the next {@link flush}, at the latest when the running piece of code ends. */
  put(k: string, v: unknown): void {
    if (!this.path) return;
    if (this.pending.length === 0) queueMicrotask(() => this.flush());
    this.pending.push(`${JSON.stringify({ k, v })}\n`);
  }

  /** Hands what was put to the operating system; call it before the answer leaves. */
  flush(): void {
    if (this.pending.length === 0 || this.fd === undefined) return;
    const lines = this.pending.join('');
    this.pending = [];
    writeSync(this.fd, lines);
  }

  /** Replaces the file by these records in one step (an atomic rename), so it does not grow for ever. */
  rewrite(records: Iterable<JournalRecord>): void {
    if (!this.path) return;
    this.close();
    this.pending = [];
    const next = `${this.path}.next`;
    const fd = openSync(next, 'w');
    for (const record of records) writeSync(fd, `${JSON.stringify(record)}\n`);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(next, this.path);
    this.fd = openSync(this.path, 'a');
  }

  close(): void {
    if (this.fd === undefined) return;
    this.flush();
    closeSync(this.fd);
    this.fd = undefined;
  }
}
