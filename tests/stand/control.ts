/** What a test or a trainer may do to the stand. The same methods in-process and as `POST /control/<method>` with JSON. */
import {
  addressType,
  DEMO_ASKERS,
  DEMO_ORG_PPA_GUID,
  DEMO_ORGANIZATION,
  DEMO_SECOND_ORGANIZATION,
  type DemoHouse,
  demoSharedSubrequests,
  demoSubrequests,
} from './demo-data';
import type { FaultRequest } from './faults';
import {
  type Answer,
  type Employee,
  type Model,
  newGuid,
  type Settings,
  type StoredFile,
  type Subrequest,
} from './model';
import { addMonths, addWorkingDays, moscowDate } from './moscow';

/** One message that came over HTTP, newest last. */
export interface LogEntry {
  at: number;
  operation: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The very bytes, as UTF-8; for uploads only their number. */
  body: string;
  bodyLength: number;
  status: number;
  fault?: string;
  messageGuid?: string;
}

export type SettingsChange = Partial<Omit<Settings, 'prefixes'> & { prefixes: Partial<Settings['prefixes']> }>;

export interface NewRequests {
  orgPPAGUID: string;
  count: number;
  /** Over how many invented houses (10 if absent), or over these, premises chosen at random. */
  houses?: number | DemoHouse[];
  /** YYYY-MM-DD; today if absent. The deadline is then the fifth working day after it. */
  sentDate?: string;
  responseDate?: string;
}

function pick<T>(from: T[]): T {
  return from[Math.floor(Math.random() * from.length)]!;
}

export class Control {
  readonly received: Record<string, number> = {};
  readonly acknowledged: Record<string, number> = {};
  private logged: LogEntry[] = [];
  private logLimit = 500;

  constructor(
    private readonly model: Model,
    /** Finish what is due, or forget what is not. */
    private readonly waiting: { settle(): void; forget(): void },
  ) {}

  /** Adds an organization or replaces its name and employees. */
  addOrganization(organization: { orgPPAGUID: string; name: string; employees: Employee[] }): void {
    this.model.putOrganization(organization);
  }

  /** From the first certificate on, a message signed with any other is refused. PEM text or base64 of the DER. */
  registerCertificate({ certificate }: { certificate: string }): void {
    const isPem = certificate.includes('-----BEGIN');
    this.model.registerCertificate(isPem ? Buffer.from(certificate) : Buffer.from(certificate, 'base64'));
  }

  /** Adds one subrequest; what is not given is invented. */
  addRequest(given: Partial<Omit<Subrequest, 'arrivals'>> & { orgPPAGUID: string }): {
    subrequestGuid: string;
    requestNumber: string;
  } {
    if (!this.model.organization(given.orgPPAGUID)) throw new Error(`Unknown organization ${given.orgPPAGUID}`);
    const sentDate = given.sentDate ?? moscowDate(this.model.now());
    const house = given.houseAddress ?? '624071, обл Приозёрская, г Верхнеозёрск, ул Проверочная, д. 1';
    const subrequest: Subrequest = {
      guid: newGuid(),
      requestGuid: newGuid(),
      requestNumber: `${sentDate.slice(5, 7)}${sentDate.slice(0, 4)}${String(2_290_000 + this.model.subrequests.size)}`,
      asker: DEMO_ASKERS[0]!.organization,
      askerEmployee: DEMO_ASKERS[0]!.employee,
      houseGuid: newGuid(),
      houseAddress: house,
      hmObjectGuid: newGuid(),
      addressType: addressType(given.addressDetails ?? ''),
      fullAddress: given.addressDetails ? `${house}, ${given.addressDetails}` : house,
      periodStart: addMonths(sentDate, -36),
      periodEnd: sentDate,
      sentDate,
      responseDate: addWorkingDays(sentDate, 5),
      withdrawn: false,
      arrivals: [],
      ...given,
    };
    this.model.putSubrequest(subrequest);
    return { subrequestGuid: subrequest.guid, requestNumber: subrequest.requestNumber };
  }

  /** Adds `count` subrequests over some houses, asked by each of those who ask in turn. */
  addRequests({ orgPPAGUID, count, houses = 10, sentDate, responseDate }: NewRequests): { subrequestGuids: string[] } {
    const isInvented = typeof houses === 'number';
    const list: DemoHouse[] = isInvented
      ? Array.from({ length: houses }, (_, i) => ({
          houseGuid: newGuid(),
          fiasHouseGuid: newGuid(),
          address: `624071, обл Приозёрская, г Верхнеозёрск, ул Проверочная, д. ${i + 1}`,
          premises: [],
        }))
      : houses;
    const subrequestGuids: string[] = [];
    for (let i = 0; i < count; i++) {
      const house = isInvented ? list[i % list.length]! : pick(list);
      const premises = isInvented ? `кв. ${Math.floor(i / list.length) + 1}` : pick(house.premises);
      const asker = DEMO_ASKERS[i % DEMO_ASKERS.length]!;
      const { subrequestGuid } = this.addRequest({
        orgPPAGUID,
        houseGuid: house.houseGuid,
        fiasHouseGuid: house.fiasHouseGuid,
        houseAddress: house.address,
        addressDetails: premises || undefined,
        asker: asker.organization,
        askerEmployee: asker.employee,
        ...(sentDate ? { sentDate } : {}),
        ...(responseDate ? { responseDate } : {}),
      });
      subrequestGuids.push(subrequestGuid);
    }
    return { subrequestGuids };
  }

  private get(subrequestGuid: string): Subrequest {
    const found = this.model.subrequest(subrequestGuid);
    if (!found) throw new Error(`Unknown subrequest ${subrequestGuid}`);
    return found;
  }

  /** The asker takes the request back: it stops appearing in exports. */
  withdraw({ subrequestGuid }: { subrequestGuid: string }): void {
    const subrequest = this.get(subrequestGuid);
    subrequest.withdrawn = true;
    this.model.putSubrequest(subrequest);
  }

  reappear({ subrequestGuid }: { subrequestGuid: string }): void {
    const subrequest = this.get(subrequestGuid);
    subrequest.withdrawn = false;
    this.model.putSubrequest(subrequest);
  }

  /** `responseDate` is YYYY-MM-DD. A request answered automatically opens again when its day moves beyond today. */
  moveDeadline({ subrequestGuid, responseDate }: { subrequestGuid: string; responseDate: string }): void {
    if (!/^\d{4}-\d\d-\d\d$/.test(responseDate)) throw new Error('responseDate must be YYYY-MM-DD');
    const subrequest = this.get(subrequestGuid);
    subrequest.responseDate = responseDate;
    this.model.putSubrequest(subrequest);
  }

  /** Somebody of the same organization answers in the portal's personal cabinet. */
  answerElsewhere({
    subrequestGuid,
    hasDebt = false,
    description,
  }: {
    subrequestGuid: string;
    hasDebt?: boolean;
    description?: string;
  }): void {
    const subrequest = this.get(subrequestGuid);
    const executor = this.model.organization(subrequest.orgPPAGUID)?.employees[0];
    const answer: Answer = {
      hasDebt,
      description,
      executorGuid: executor?.guid ?? newGuid(),
      additionalFiles: [],
      debtGuids: [],
      debtors: hasDebt ? [{ firstName: 'Иван', lastName: 'Проверкин', documents: [] }] : [],
    };
    subrequest.arrivals.push({ at: this.model.now(), kind: 'Elsewhere', accepted: true, answer });
    this.model.putSubrequest(subrequest);
  }

  /** The next `times` actions for this subrequest are refused with this code and text; kept through a restart. */
  refuseNext({
    subrequestGuid,
    code,
    text,
    times = 1,
  }: {
    subrequestGuid: string;
    code: string;
    text: string;
    times?: number;
  }): void {
    const subrequest = this.get(subrequestGuid);
    subrequest.refuse = { code, text, times };
    this.model.putSubrequest(subrequest);
  }

  /** Puts a completed file into the store under a chosen GUID. `base64` is its content. */
  addFile({ guid, orgPPAGUID, name, base64 }: { guid?: string; orgPPAGUID: string; name: string; base64: string }): {
    attachmentGuid: string;
  } {
    const bytes = Buffer.from(base64, 'base64');
    const file = this.model.createFile({
      guid: (guid ?? newGuid()).toLowerCase(),
      orgPPAGUID,
      name,
      length: bytes.length,
      partCount: 1,
    });
    this.model.putPart(file, 1, bytes);
    this.model.completeFile(file);
    return { attachmentGuid: file.guid };
  }

  now(): { at: string; offsetMs: number } {
    return { at: new Date(this.model.now()).toISOString(), offsetMs: this.model.settings.clockOffsetMs };
  }

  /** Sets the stand's clock to a moment (ISO 8601 with an offset); it goes on from there. */
  setClock({ at }: { at: string }): void {
    const wanted = Date.parse(at);
    if (Number.isNaN(wanted)) throw new Error('at must be ISO 8601');
    this.advanceClock({ ms: wanted - this.model.now() });
  }

  advanceClock({ ms = 0, hours = 0, days = 0 }: { ms?: number; hours?: number; days?: number }): void {
    const change = ms + (hours + days * 24) * 3_600_000;
    this.model.putSettings({ clockOffsetMs: this.model.settings.clockOffsetMs + change });
  }

  resetClock(): void {
    this.model.putSettings({ clockOffsetMs: 0 });
  }

  inject(fault: FaultRequest): { id: number } {
    return this.model.faults.inject(fault);
  }

  removeFault({ id }: { id: number }): void {
    this.model.faults.remove(id);
  }

  clearFaults(): void {
    this.model.faults.clear();
  }

  /** Changes the named settings and returns all of them; throws on a name that is none. */
  set(change: SettingsChange): Settings {
    for (const name of Object.keys(change)) {
      if (!(name in this.model.settings)) throw new Error(`Unknown setting ${name}`);
    }
    this.model.putSettings({ ...change, prefixes: { ...this.model.settings.prefixes, ...change.prefixes } });
    return this.model.settings;
  }

  /** getState then says INT002013 for everything sent so far. */
  forgetMessages(): void {
    this.waiting.forget();
    this.model.forgetMessages();
  }

  /** Forgets organizations, requests, files, messages, certificates, faults and counters; settings stay. */
  reset(): void {
    this.waiting.forget();
    this.model.reset();
    this.logged = [];
    for (const counter of [this.received, this.acknowledged])
      for (const key of Object.keys(counter)) delete counter[key];
  }

  /**
   * The organization and about 60 requests of the demo, dated around today; more of them when none is open any more, so
   * that a demo started again after a week has something to answer. Does nothing where other organizations live.
   */
  seedDemo(): { added: number } {
    const { organizations, subrequests } = this.model;
    if (organizations.size > 0 && !this.model.organization(DEMO_ORG_PPA_GUID)) return { added: 0 };
    const now = this.model.now();
    const isOpen = (s: Subrequest) => !s.withdrawn && this.model.responseState(s, now).status === 'NotSent';
    if ([...subrequests.values()].some(isOpen)) return { added: 0 };
    this.model.putOrganization(DEMO_ORGANIZATION);
    const added = demoSubrequests(moscowDate(now), subrequests.size).filter(({ guid }) => !this.model.subrequest(guid));
    for (const subrequest of added) this.model.putSubrequest(subrequest);
    this.model.putOrganization(DEMO_SECOND_ORGANIZATION);
    for (const subrequest of demoSharedSubrequests(added)) this.model.putSubrequest(subrequest);
    return { added: added.length };
  }

  /** One subrequest with everything that arrived for it. */
  subrequest({ subrequestGuid }: { subrequestGuid: string }) {
    this.waiting.settle();
    return this.describe(this.get(subrequestGuid));
  }

  private describe(subrequest: Subrequest) {
    const accepted = subrequest.arrivals.filter((arrival) => arrival.accepted);
    const sent = accepted.filter(({ kind }) => kind === 'Send');
    return {
      ...subrequest,
      status: this.model.responseState(subrequest, this.model.now()).status,
      shownStatus: this.model.responseState(subrequest, this.model.now() - this.model.settings.statusLagMs).status,
      acceptedSends: sent.length,
      distinctContents: new Set(sent.map(({ contentSha256 }) => contentSha256)).size,
      refusals: subrequest.arrivals.length - accepted.length,
    };
  }

  /** Everything, for assertions: per subrequest all arrivals in order, and how many different contents were accepted. */
  state() {
    this.waiting.settle();
    const subrequests = [...this.model.subrequests.values()].map((subrequest) => this.describe(subrequest));
    return {
      now: this.now().at,
      settings: this.model.settings,
      counters: this.counters(),
      faults: this.model.faults.list(),
      organizations: [...this.model.organizations.values()],
      subrequests,
      files: [...this.model.files.values()] as StoredFile[],
      messages: [...this.model.messages.values()].map(({ task: _, result: __, ...message }) => message),
      /** Subrequests for which more than one different content was accepted. */
      sentDifferently: subrequests.filter(({ distinctContents }) => distinctContents > 1).map(({ guid }) => guid),
    };
  }

  /** The same in figures, for large runs. */
  summary() {
    this.waiting.settle();
    const figures = {
      subrequests: 0,
      NotSent: 0,
      Sent: 0,
      AutoGenerated: 0,
      withdrawn: 0,
      acceptedSends: 0,
      refusals: 0,
    };
    let sentDifferently = 0;
    for (const subrequest of this.model.subrequests.values()) {
      const described = this.describe(subrequest);
      figures.subrequests++;
      figures[described.status]++;
      if (subrequest.withdrawn) figures.withdrawn++;
      figures.acceptedSends += described.acceptedSends;
      figures.refusals += described.refusals;
      if (described.distinctContents > 1) sentDifferently++;
    }
    return { ...figures, sentDifferently };
  }

  /** `received`: HTTP requests per operation; `acknowledged`: those that were answered with an Ack or a file's id. */
  counters() {
    return { received: { ...this.received }, acknowledged: { ...this.acknowledged } };
  }

  /** The last messages as they came, oldest first. */
  log({ operation, last }: { operation?: string; last?: number } = {}): LogEntry[] {
    const entries = operation ? this.logged.filter((entry) => entry.operation === operation) : this.logged;
    return last ? entries.slice(-last) : entries;
  }

  /** How many messages the log keeps; 500 at first. */
  keepLog({ limit }: { limit: number }): void {
    this.logLimit = limit;
    this.logged = this.logged.slice(-limit);
  }

  /** @internal */
  record(entry: LogEntry, acknowledged: boolean): void {
    this.received[entry.operation] = (this.received[entry.operation] ?? 0) + 1;
    if (acknowledged) this.acknowledged[entry.operation] = (this.acknowledged[entry.operation] ?? 0) + 1;
    this.logged.push(entry);
    if (this.logged.length > this.logLimit * 1.5) this.logged = this.logged.slice(-this.logLimit);
  }
}
