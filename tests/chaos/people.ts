import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseAway, sql } from '@/db/client';
import { SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import type { Chance } from '../random';
import type { Answered, Site } from '../site';
import type { Decision, Ledger } from './audit';

/** A person at his screen: chooses, presses, and writes into the ledger what he meant before he presses. */

interface Shown {
  id: string;
  version: number;
  status: string;
  subrequestGuid: string;
  requestNumber: string;
}

const OPEN = ['new', 'in_progress', 'rework', 'prepared', 'ready', 'send_failed'];
const NAMES = ['Кравцов Артём', 'Образцов Пётр', 'Лунина Вера', 'Юдин Олег'];

let tags = 0;

export class Clerk {
  private loggedIn = false;

  constructor(
    private readonly site: Site,
    private readonly ledger: Ledger,
    private readonly chance: Chance,
  ) {}

  /** Works until told to stop: one press after another. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.pressOne();
      } catch (error) {
        // the database was away while he looked at the list; anything else is a defect of the campaign
        if (!isDatabaseAway(error)) throw error;
      }
      await delay(this.chance.whole(20, 250));
    }
  }

  private async pressOne(): Promise<void> {
    this.loggedIn ||= await this.site.logIn();
    if (!this.loggedIn) return;
    const what = this.chance.weighed({ sync: 3, no: 6, yes: 4, bulk: 2, file: 1, correct: 2, cancel: 1, hold: 1 });
    if (what === 'sync') return this.sync();
    if (what === 'bulk') return this.sendMany(await this.shown(OPEN, 6));
    if (what === 'file') return this.loadFile(await this.shown(OPEN, 8));
    const [request] = await this.shown(what === 'correct' ? ['answered'] : what === 'cancel' ? ['sending'] : OPEN, 1);
    if (!request) return;
    if (what === 'no') await this.send(request, false);
    if (what === 'yes') await this.send(request, true);
    if (what === 'correct') await this.correct(request);
    if (what === 'cancel') await this.cancel(request);
    if (what === 'hold') await this.hold(request);
  }

  async sync(): Promise<void> {
    this.loggedIn ||= await this.site.logIn();
    await this.site.act('requestSyncAction', {});
  }

  /** What the list shows him: rows of these statuses, none that the asker has taken back or is about to. */
  private async shown(statuses: string[], count: number): Promise<Shown[]> {
    const rows = await sql<Shown[]>`
      select id, version, status, subrequest_guid as "subrequestGuid", request_number as "requestNumber" from debt_requests
      where organization_id = ${this.ledger.organizationId} and status in ${sql(statuses)} order by subrequest_guid`;
    const { withdrawn, leftAlone } = this.ledger;
    const among = rows.filter(({ subrequestGuid: guid }) => !withdrawn.includes(guid) && !leftAlone.includes(guid));
    const picked: Shown[] = [];
    while (picked.length < count && among.length > 0)
      picked.push(...among.splice(this.chance.whole(0, among.length - 1), 1));
    return picked;
  }

  private touch(request: Shown): void {
    this.ledger.touched.push(request.subrequestGuid);
  }

  private decide(request: Shown, given: Partial<Decision> = {}): Decision {
    const decision: Decision = {
      subrequestGuid: request.subrequestGuid,
      tag: `решение ${++tags}`,
      hasDebt: false,
      debtors: [],
      files: [],
      outcome: 'uncertain',
      ...given,
    };
    this.touch(request);
    this.ledger.decisions.push(decision);
    return decision;
  }

  /** «Подписать и отправить в ГИС»; «существует» names a debtor and carries a file. */
  async send(request: Shown, hasDebt: boolean): Promise<void> {
    const files: { id: string }[] = [];
    const sent: Decision['files'] = [];
    if (hasDebt && this.chance.next() < 0.7) {
      const name = `Решение ${this.chance.whole(1, 1_000_000)}.pdf`;
      const bytes = Buffer.from(`%PDF-1.4\n%${name}\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n`);
      this.touch(request);
      const uploaded = await this.site.post<{ file: { id: string } }>(`/api/files?requestId=${request.id}`, bytes, {
        'X-File-Name': encodeURIComponent(name),
      });
      // what did not come back is not attached: he sees no file in his form
      if (uploaded.kind === 'done') {
        files.push({ id: uploaded.value.file.id });
        sent.push({ name, sha256: createHash('sha256').update(bytes).digest('hex') });
      }
    }
    const debtors = hasDebt ? [this.chance.pick(NAMES)] : [];
    const decision = this.decide(request, { hasDebt, debtors, files: sent });
    const answered = await this.site.act('sendAnswerAction', {
      id: request.id,
      version: request.version,
      answer: answerOf(decision, files),
    });
    decision.outcome = this.outcomeOf(answered);
  }

  /** Drafts, then «Отправить» over all of them. */
  private async sendMany(requests: Shown[]): Promise<void> {
    const saved: { request: Shown; decision: Decision }[] = [];
    for (const request of requests) {
      const decision = this.decide(request, { outcome: 'refused' });
      const answered = await this.site.act('saveDraftAction', {
        id: request.id,
        version: request.version,
        answer: answerOf(decision, []),
      });
      if (this.outcomeOf(answered) === 'done') saved.push({ request, decision });
      // a draft that may have been saved can be sent by a later mass work
      else if (answered.kind === 'uncertain') decision.outcome = 'uncertain';
    }
    if (saved.length === 0) return;
    const selection = { ids: saved.map(({ request }) => request.id) };
    const preview = await this.site.post<{ stamp: string }>(
      '/api/debt-requests/bulk/preview',
      JSON.stringify({ action: 'send', selection }),
    );
    if (preview.kind !== 'done') return;
    for (const { decision } of saved) decision.outcome = 'uncertain';
    const started = await this.site.act('startBulkAction', { action: 'send', selection, stamp: preview.value.stamp });
    const outcome = this.outcomeOf(started);
    for (const { decision } of saved) decision.outcome = outcome === 'done' ? 'entrusted' : outcome;
  }

  /** An exchange file with answers, checked, confirmed, sent at once. */
  private async loadFile(requests: Shown[]): Promise<void> {
    if (requests.length === 0) return;
    const decisions = requests.map((request) => this.decide(request, { outcome: 'refused' }));
    const rows = requests.map(({ requestNumber, subrequestGuid }, i) => ({
      ...SAMPLE_ROWS[0]!,
      requestNumber,
      subrequestGuid,
      hasDebt: 'НЕТ',
      comment: decisions[i]!.tag,
      lastName: '',
      firstName: '',
      middleName: '',
      documents: '',
    }));
    const uploaded = await this.site.post<{ id: string }>(
      '/api/debt-requests/answer-files',
      await writeExchangeFile(rows),
      { 'X-File-Name': encodeURIComponent('ответы.xlsx') },
    );
    if (uploaded.kind !== 'done') return;
    const { id } = uploaded.value;
    for (const until = Date.now() + 20_000; Date.now() < until; await delay(100)) {
      const [file] = await sql<{ state: string; chosen: number }[]>`
        select state, (select count(*)::int from answer_file_rows r where r.file_id = f.id and r.chosen) as chosen
        from answer_files f where id = ${id}`.catch(() => []);
      if (file?.state === 'failed') return;
      if (file?.state !== 'checked') continue;
      if (file.chosen === 0) return;
      for (const decision of decisions) decision.outcome = 'uncertain';
      const outcome = this.outcomeOf(await this.site.act('confirmAnswersAction', { id, chosen: file.chosen }));
      const chosen = await settled(
        () => sql<{ guid: string }[]>`
          select q.subrequest_guid as guid from answer_file_rows r join debt_requests q on q.id = r.request_id
          where r.file_id = ${id} and r.chosen`,
      );
      for (const decision of decisions) {
        const isChosen = chosen.some(({ guid }) => guid === decision.subrequestGuid);
        decision.outcome = !isChosen ? 'refused' : outcome === 'done' ? 'entrusted' : outcome;
      }
      return;
    }
  }

  private async correct(request: Shown): Promise<void> {
    const note = { subrequestGuid: request.subrequestGuid, outcome: 'uncertain' as Decision['outcome'] };
    this.touch(request);
    this.ledger.corrected.push(note);
    const { id, version } = request;
    note.outcome = this.outcomeOf(await this.site.act('correctAction', { id, version, reason: 'проверка' }));
  }

  private async cancel(request: Shown): Promise<void> {
    const { id, version, subrequestGuid } = request;
    this.touch(request);
    const [item] = await sql<{ tag: string }[]>`
      select content ->> 'description' as tag from exchange_items where request_id = ${id} and state = 'open'`;
    if (!item) return;
    const note = { subrequestGuid, tag: item.tag, outcome: 'uncertain' as Decision['outcome'] };
    this.ledger.cancelled.push(note);
    note.outcome = this.outcomeOf(await this.site.act('cancelSendingAction', { id, version }));
  }

  private async hold(request: Shown): Promise<void> {
    const note = { subrequestGuid: request.subrequestGuid, outcome: 'uncertain' as Decision['outcome'], at: 0 };
    this.ledger.held.push(note);
    const { id, version } = request;
    note.outcome = this.outcomeOf(await this.site.act('holdAction', { id, version }));
    note.at = Date.now();
  }

  private outcomeOf(answered: Answered<unknown>): Decision['outcome'] {
    // a web process that has just started may not know his session yet only if he has none
    if (answered.kind === 'refused' && /Войдите|unauthenticated/.test(answered.text)) this.loggedIn = false;
    return answered.kind;
  }
}

function answerOf({ tag, hasDebt, debtors }: Decision, files: { id: string }[]) {
  return {
    hasDebt,
    description: tag,
    files,
    debtors: debtors.map((name) => {
      const [lastName, firstName] = name.split(' ');
      return {
        ...{ lastName, firstName, middleName: '', snils: '', documentTypeCode: '' },
        ...{ documentSeries: '', documentNumber: '', files: [] },
      };
    }),
  };
}

/** Asks again while the database is away. */
export async function settled<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseAway(error) || tries > 600) throw error;
      await delay(100);
    }
  }
}
