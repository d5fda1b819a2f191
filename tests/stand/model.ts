/** What this ГИС ЖКХ knows: organizations, subrequests with everything that arrived for them, files, messages. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gost94 } from '@/lib/gis/signature/gost94';
import { certificateDer } from './certificate';
import { FaultBox } from './faults';
import { Journal, type JournalRecord } from './journal';
import { deadlineEnd } from './moscow';

export interface Employee {
  guid: string;
  fio: string;
}

export interface Organization {
  orgPPAGUID: string;
  name: string;
  employees: Employee[];
}

export interface NsiRef {
  code: string;
  guid: string;
}

export interface Attachment {
  name: string;
  description: string;
  guid: string;
  hash?: string;
}

export interface Debtor {
  firstName: string;
  lastName: string;
  middleName?: string;
  snils?: string;
  identity?: { type: NsiRef; series?: string; number: string };
  documents: { type: NsiRef; attachment: Attachment }[];
}

/** The content of an answer as it was read from the message. */
export interface Answer {
  hasDebt: boolean;
  additionalFiles: Attachment[];
  description?: string;
  executorGuid: string;
  debtors: Debtor[];
  debtGuids: string[];
}

/** One thing that happened to the answer of a subrequest, accepted or refused. */
export interface Arrival {
  /** Milliseconds since the epoch, by the stand's clock. */
  at: number;
  /** `Elsewhere`: somebody answered in the personal cabinet of the portal. */
  kind: 'Send' | 'Revoke' | 'Elsewhere';
  accepted: boolean;
  error?: { code: string; text: string };
  /** The portal's identifier of the message, the sender's one, and of the action in it. */
  messageGuid?: string;
  requesterGuid?: string;
  transportGuid?: string;
  answer?: Answer;
  /** SHA-256 of the content, equal for equal content whatever the message and its signature. */
  contentSha256?: string;
}

export interface Subrequest {
  guid: string;
  requestGuid: string;
  requestNumber: string;
  orgPPAGUID: string;
  asker: { orgRootGuid: string; name: string; tel?: string };
  askerEmployee: Employee;
  houseGuid: string;
  fiasHouseGuid?: string;
  /** The house only, as format 13.1.10.1 writes it. */
  houseAddress: string;
  /** «кв. 12»: what 13.1.10.1 adds; absent for a detached house. */
  addressDetails?: string;
  hmObjectGuid: string;
  addressType: string;
  /** With the premises, as 14.0.0.0 and later write it. */
  fullAddress: string;
  /** Dates are YYYY-MM-DD, Moscow. */
  periodStart: string;
  periodEnd: string;
  sentDate: string;
  responseDate: string;
  withdrawn: boolean;
  /** The next `times` actions for it are refused so. */
  refuse?: { code: string; text: string; times: number };
  arrivals: Arrival[];
}

export interface StoredFile {
  guid: string;
  orgPPAGUID: string;
  name: string;
  length: number;
  partCount: number;
  /** Numbers of the parts that came. */
  parts: number[];
  completed: boolean;
}

export interface ExportQuery {
  kind: 'export';
  format: string;
  includeResponses: boolean;
  /** includeResponses came with a format that has no such flag. */
  wrongFlag?: boolean;
  by:
    | { subrequestGuids: string[] }
    | { requestNumbers: string[] }
    | {
        start: string;
        end: string;
        houseGuids: string[];
        hmObjectGuids: string[];
        requestStatus?: string;
        responseStatuses: string[];
        cursor?: string;
      };
}

export interface Action {
  transportGuid: string;
  subrequestGuid: string;
  type: 'Send' | 'Revoke';
  answer?: Answer;
}

export type Task =
  | ExportQuery
  | { kind: 'import'; actions: Action[] }
  | { kind: 'nsiItem'; registry: string; page?: number }
  | { kind: 'nsiList' }
  | { kind: 'house' | 'accounts'; guid: string };

export type Result =
  | {
      kind: 'export';
      format: string;
      includeResponses: boolean;
      guids: string[];
      notFound?: { element: 'subrequestGUID' | 'requestNumber'; values: string[] };
      /** The next block's cursor; null on the last one; undefined where there is no paging. */
      next?: string | null;
    }
  | { kind: 'import'; items: ImportItem[] }
  | { kind: 'nsiItem'; registry: string; page?: number }
  | { kind: 'nsiList' }
  | { kind: 'house' | 'accounts'; guid: string }
  | { kind: 'error'; code: string; text: string; asFault?: boolean };

export interface ImportItem {
  transportGuid: string;
  subrequestGuid: string;
  at: number;
  error?: { code: string; text: string };
}

export interface Message {
  guid: string;
  requesterGuid: string;
  /** Empty for dictionaries: ISRequestHeader names no organization. */
  orgPPAGUID: string;
  service: 'debt' | 'nsi' | 'home';
  operation: string;
  version: string;
  receivedAt: number;
  /** State 2 from here, 3 from there; stand's clock. */
  processingAt: number;
  doneAt: number;
  task?: Task;
  result?: Result;
}

export interface Settings {
  /** How long a message stays in RequestState 1, then 2; milliseconds of the stand's clock. */
  receivedMs: number;
  processingMs: number;
  /** How long exports go on showing the old status after an answer was accepted (2–3 days in life). */
  statusLagMs: number;
  /** How the list ends: a full last block, one more block with nothing but lastPage, or one more with INT002012. */
  emptyLastPage: 'off' | 'pagedOutput' | 'INT002012';
  /** Asked by GUID or number, nothing found: the schema allows no result without subrequestData, so INT002012. */
  allNotFound: 'INT002012' | 'notFound';
  /** False: an unsigned message passes; one that is signed is checked all the same. */
  requireSignature: boolean;
  prefixes: Record<'soap' | 'base' | 'drs' | 'nsiBase' | 'nsiCommon' | 'hm' | 'account' | 'individual', string>;
  /** Lower-case, without the dot. */
  extensions: string[];
  /** The stand's clock minus the real one, milliseconds. */
  clockOffsetMs: number;
}

const DEFAULT_SETTINGS: Settings = {
  receivedMs: 0,
  processingMs: 0,
  statusLagMs: 0,
  emptyLastPage: 'off',
  allNotFound: 'INT002012',
  requireSignature: true,
  prefixes: {
    soap: 'env',
    base: 'ns4',
    drs: 'ns13',
    nsiBase: 'ns6',
    nsiCommon: 'ns11',
    hm: 'ns7',
    account: 'ns8',
    individual: 'ns9',
  },
  // What the РИАС manual allows for answers, and the portal's containers. The portal's own list was not found.
  extensions: 'pdf docx doc rtf txt jpeg jpg bmp tif tiff gif odt xls xlsx png zip sgn'.split(' '),
  clockOffsetMs: 0,
};

/** What is known of the answer at a moment. `shown` counts accepted arrivals up to then. */
export interface ResponseState {
  status: 'NotSent' | 'Sent' | 'AutoGenerated';
  answer?: Answer;
  shown: number;
}

/** JSON with sorted keys, so that equal contents give equal hashes. */
export function contentHash(answer: Answer): string {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : value && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([, v]) => v !== undefined)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([k, v]) => [k, sorted(v)]),
          )
        : value;
  return createHash('sha256')
    .update(JSON.stringify(sorted(answer)))
    .digest('hex');
}

export class Model {
  readonly organizations = new Map<string, Organization>();
  readonly subrequests = new Map<string, Subrequest>();
  /** In the order they were added: the order of exports. */
  readonly byOrganization = new Map<string, Subrequest[]>();
  readonly positions = new Map<string, number>();
  readonly messages = new Map<string, Message>();
  readonly requesterGuids = new Set<string>();
  readonly files = new Map<string, StoredFile>();
  readonly certificates = new Map<string, Uint8Array>();
  readonly faults = new FaultBox();
  settings: Settings = structuredClone(DEFAULT_SETTINGS);
  private readonly memoryFiles = new Map<string, Buffer>();
  private readonly hashes = new Map<string, string>();
  private readonly journal: Journal;

  constructor(
    private readonly dataDir: string | undefined,
    private readonly clock: () => number,
  ) {
    this.journal = Journal.open(dataDir, (record) => this.apply(record));
    this.journal.rewrite(this.records());
  }

  /** Milliseconds since the epoch, by the stand's clock. */
  now(): number {
    return this.clock() + this.settings.clockOffsetMs;
  }

  private apply({ k, v }: JournalRecord): void {
    if (k === 'organization') this.indexOrganization(v as Organization);
    else if (k === 'subrequest') this.indexSubrequest(v as Subrequest);
    else if (k === 'message') this.indexMessage(v as Message);
    else if (k === 'file') this.files.set((v as StoredFile).guid, v as StoredFile);
    else if (k === 'certificate') this.indexCertificate(Buffer.from(v as string, 'base64'));
    else if (k === 'settings') this.settings = { ...structuredClone(DEFAULT_SETTINGS), ...(v as Settings) };
    else if (k === 'forgetMessages') this.messages.clear();
    else if (k === 'reset') this.clear();
    else throw new Error(`The stand's journal has an unknown record: ${k}`);
  }

  private *records(): Generator<JournalRecord> {
    yield { k: 'settings', v: this.settings };
    for (const der of this.certificates.values()) yield { k: 'certificate', v: Buffer.from(der).toString('base64') };
    for (const v of this.organizations.values()) yield { k: 'organization', v };
    for (const v of this.subrequests.values()) yield { k: 'subrequest', v };
    for (const v of this.files.values()) yield { k: 'file', v };
    for (const v of this.messages.values()) yield { k: 'message', v };
  }

  private indexOrganization(organization: Organization): void {
    this.organizations.set(organization.orgPPAGUID.toLowerCase(), organization);
  }

  private indexSubrequest(subrequest: Subrequest): void {
    const key = subrequest.guid.toLowerCase();
    const org = subrequest.orgPPAGUID.toLowerCase();
    let list = this.byOrganization.get(org);
    if (!list) {
      list = [];
      this.byOrganization.set(org, list);
    }
    const position = this.positions.get(key);
    if (position === undefined) {
      this.positions.set(key, list.length);
      list.push(subrequest);
    } else list[position] = subrequest;
    this.subrequests.set(key, subrequest);
  }

  private indexMessage(message: Message): void {
    this.messages.set(message.guid, message);
    this.requesterGuids.add(message.requesterGuid);
  }

  private indexCertificate(der: Uint8Array): void {
    this.certificates.set(createHash('sha256').update(der).digest('hex'), der);
  }

  putOrganization(organization: Organization): void {
    this.indexOrganization(organization);
    this.journal.put('organization', organization);
  }

  putSubrequest(subrequest: Subrequest): void {
    this.indexSubrequest(subrequest);
    this.journal.put('subrequest', subrequest);
  }

  putMessage(message: Message): void {
    this.indexMessage(message);
    this.journal.put('message', message);
  }

  forgetMessages(): void {
    this.messages.clear();
    this.journal.put('forgetMessages', null);
  }

  putSettings(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.journal.put('settings', this.settings);
  }

  /** PEM or DER. From the first one on, messages signed with any other certificate are refused. */
  registerCertificate(file: Uint8Array): void {
    const der = certificateDer(file);
    this.indexCertificate(der);
    this.journal.put('certificate', Buffer.from(der).toString('base64'));
  }

  isRegistered(der: Uint8Array): boolean {
    return this.certificates.size === 0 || this.certificates.has(createHash('sha256').update(der).digest('hex'));
  }

  organization(guid: string): Organization | undefined {
    return this.organizations.get(guid.toLowerCase());
  }

  /** Undefined also for another organization's subrequest. */
  subrequest(guid: string, orgPPAGUID?: string): Subrequest | undefined {
    const found = this.subrequests.get(guid.toLowerCase());
    if (found && orgPPAGUID && found.orgPPAGUID.toLowerCase() !== orgPPAGUID.toLowerCase()) return undefined;
    return found;
  }

  /** The state of the answer at `at`; for exports ask `now() - statusLagMs`. */
  responseState(subrequest: Subrequest, at: number): ResponseState {
    let state: ResponseState = { status: 'NotSent', shown: 0 };
    for (const arrival of subrequest.arrivals) {
      if (!arrival.accepted || arrival.at > at) continue;
      const shown = state.shown + 1;
      state =
        arrival.kind === 'Revoke' ? { status: 'NotSent', shown } : { status: 'Sent', answer: arrival.answer, shown };
    }
    if (state.status === 'NotSent' && at >= deadlineEnd(subrequest.responseDate)) {
      return { status: 'AutoGenerated', shown: state.shown };
    }
    return state;
  }

  createFile(file: Omit<StoredFile, 'parts' | 'completed'>): StoredFile {
    const stored = { ...file, parts: [], completed: false };
    this.saveFile(stored);
    return stored;
  }

  private saveFile(file: StoredFile): void {
    this.files.set(file.guid, file);
    this.journal.put('file', file);
  }

  private path(file: StoredFile, part: number): string | undefined {
    return this.dataDir && join(this.dataDir, 'files', `${file.guid}.${part}`);
  }

  putPart(file: StoredFile, part: number, bytes: Buffer): void {
    const path = this.path(file, part);
    if (path) {
      mkdirSync(join(this.dataDir!, 'files'), { recursive: true });
      writeFileSync(path, bytes);
    } else this.memoryFiles.set(`${file.guid}.${part}`, bytes);
    if (!file.parts.includes(part)) file.parts = [...file.parts, part].sort((a, b) => a - b);
    this.saveFile(file);
  }

  partBytes(file: StoredFile, part: number): Buffer {
    const path = this.path(file, part);
    return path ? readFileSync(path) : this.memoryFiles.get(`${file.guid}.${part}`)!;
  }

  fileBytes(file: StoredFile): Buffer {
    return Buffer.concat(file.parts.map((part) => this.partBytes(file, part)));
  }

  completeFile(file: StoredFile): void {
    file.completed = true;
    this.saveFile(file);
  }

  /** ГОСТ Р 34.11-94 of a completed file in lower-case hex, computed once. */
  fileHash(file: StoredFile): string {
    let hash = this.hashes.get(file.guid);
    if (!hash) {
      hash = Buffer.from(gost94(this.fileBytes(file))).toString('hex');
      this.hashes.set(file.guid, hash);
    }
    return hash;
  }

  private clear(): void {
    for (const map of [this.organizations, this.subrequests, this.byOrganization, this.positions, this.messages]) {
      map.clear();
    }
    this.files.clear();
    this.memoryFiles.clear();
    this.hashes.clear();
    this.certificates.clear();
    this.requesterGuids.clear();
  }

  /** Forgets everything except the settings. */
  reset(): void {
    this.clear();
    this.faults.clear();
    if (this.dataDir) rmSync(join(this.dataDir, 'files'), { recursive: true, force: true });
    this.journal.put('reset', null);
    this.journal.put('settings', this.settings);
  }

  /** Makes what was put survive a kill; called before every reply. */
  flush(): void {
    this.journal.flush();
  }

  close(): void {
    this.journal.close();
  }
}

/** GUIDs of ГИС ЖКХ are often time-based; clients must not care, so the stand's are random. */
export function newGuid(): string {
  return randomUUID();
}
