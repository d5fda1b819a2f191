/** Why a verb refused. The page turns it into words beside the field or in a note; nothing typed is lost. */
export type Refusal =
  | { ok: false; reason: 'notFound' }
  | { ok: false; reason: 'forbidden'; message: string }
  /** Somebody changed the request meanwhile; `message` says what it is now. */
  | { ok: false; reason: 'stale'; message: string }
  /** `fields`: path of the form field (`debtors.0.snils`) → sentence in Russian. */
  | { ok: false; reason: 'invalid'; message: string; fields?: Record<string, string> }
  /** The state of the request does not allow the step. */
  | { ok: false; reason: 'notAllowed'; message: string }
  /** Nobody expected it (the database was away, a defect): whether anything was done is not known. Said by the frame of actions, never by a verb. */
  | { ok: false; reason: 'failed'; message: string }
  /** No session or a blocked account: the page logs in again in place. */
  | { ok: false; reason: 'unauthenticated' };

export type Result<T = object> = ({ ok: true } & T) | Refusal;

export const notFound: Refusal = { ok: false, reason: 'notFound' };

export function invalid(message: string, fields?: Record<string, string>): Refusal {
  return { ok: false, reason: 'invalid', message, ...(fields ? { fields } : {}) };
}
