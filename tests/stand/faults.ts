/** Faults that a test or a trainer asks the stand for. */

/** Happen to the HTTP exchange. */
const TRANSPORT = [
  'lostAck',
  'dropAfter',
  'drop',
  'halfClosed',
  'EXP001000',
  'soapFault',
  'http400',
  'http502',
  'html',
  'delay',
  'slow',
  'virus',
  'virusNotChecked',
  'hashConflict',
] as const;
/** Happen to the outcome of an accepted message. */
const OUTCOME = ['itemError', 'contentNotFound', 'messageError'] as const;
type FaultKind = (typeof TRANSPORT)[number] | (typeof OUTCOME)[number];

export interface FaultRequest {
  /**
   * - `drop`: the connection is reset, nothing was processed.
   * - `dropAfter` = `lostAck`: processed, then reset: the reply is lost.
   * - `halfClosed`: processed, then half of the reply and the end of the stream; the other direction stays open.
   * - `EXP001000`, `soapFault` with `code` and `text` (both HTTP 500), `http400` (almost no body), `http502` (HTML of the front end), `html` (HTTP 200 with a page).
   * - `delay`: `ms` before processing; `slow`: the reply comes in pieces over `ms`.
   * - `virus`, `virusNotChecked`, `hashConflict`: the file store says so.
   * - `itemError`: one action is refused; counts per action. `contentNotFound`, `messageError`: ErrorMessage instead of a
   *   result (with `asFault` a Fault of every getState for that message).
   */
  fault: FaultKind;
  match?: {
    /** exportDebtSubrequests, importResponses, exportNsiItem, exportNsiList, getState, upload, download. Any if absent. */
    operation?: string;
    /** Spares the first nth − 1 that match. */
    nth?: number;
  };
  /** How many times it strikes; 1 if absent. */
  times?: number | 'always';
  ms?: number;
  /** For itemError: this subrequest only. */
  subrequestGuid?: string;
  code?: string;
  text?: string;
  asFault?: boolean;
}

export interface Fault extends FaultRequest {
  id: number;
  left: number | 'always';
  seen: number;
  struck: number;
}

const KINDS: readonly string[] = [...TRANSPORT, ...OUTCOME];

/** Faults wait here for their turn. A restart of the stand forgets them. */
export class FaultBox {
  private faults: Fault[] = [];
  private lastId = 0;

  /** Throws on an unknown kind: a misspelt fault must not make a test pass. */
  inject(request: FaultRequest): { id: number } {
    if (!KINDS.includes(request.fault)) throw new Error(`Unknown fault: ${request.fault}. Known: ${KINDS.join(', ')}`);
    const fault: Fault = { ...request, id: ++this.lastId, left: request.times ?? 1, seen: 0, struck: 0 };
    this.faults.push(fault);
    return { id: fault.id };
  }

  remove(id: number): void {
    this.faults = this.faults.filter((fault) => fault.id !== id);
  }

  clear(): void {
    this.faults = [];
  }

  list(): Fault[] {
    return this.faults;
  }

  private take(fits: (fault: Fault) => boolean): Fault | undefined {
    for (const fault of this.faults) {
      if (fault.left === 0 || !fits(fault)) continue;
      fault.seen++;
      if (fault.seen < (fault.match?.nth ?? 1)) continue;
      if (fault.left !== 'always') fault.left--;
      fault.struck++;
      return fault;
    }
    return undefined;
  }

  /** The fault that strikes this HTTP request, if any; the first injected wins. */
  takeTransport(operation: string): Fault | undefined {
    return this.take(
      (fault) =>
        (TRANSPORT as readonly string[]).includes(fault.fault) &&
        (fault.match?.operation === undefined || fault.match.operation === operation),
    );
  }

  takeMessage(operation: string): Fault | undefined {
    return this.take((fault) => {
      if (fault.fault !== 'contentNotFound' && fault.fault !== 'messageError') return false;
      const wanted =
        fault.match?.operation ?? (fault.fault === 'contentNotFound' ? 'exportDebtSubrequests' : undefined);
      return wanted === undefined || wanted === operation;
    });
  }

  takeItem(subrequestGuid: string): Fault | undefined {
    return this.take(
      (fault) =>
        fault.fault === 'itemError' &&
        (fault.subrequestGuid === undefined || fault.subrequestGuid.toLowerCase() === subrequestGuid.toLowerCase()),
    );
  }
}
