/**
 * What an error code of the portal means for the sender (PROTOCOL §6). A transport failure has no code and is told
 * apart in transport.ts; a refused item carries its codes in ItemResult.
 *
 * nothing – no objects to export, a success with an empty list; lost – the portal knows no such message any more, the
 * poll is over; transient – repeat as a new message; later – maintenance works, repeat after hours; final – show it.
 */
export type ErrorMeaning = 'nothing' | 'lost' | 'transient' | 'later' | 'final';

const MEANINGS: Record<string, ErrorMeaning> = {
  INT002012: 'nothing',
  // dictionary not found or empty
  INT016001: 'nothing',
  INT016041: 'nothing',
  INT002013: 'lost',
  INT002029: 'later',
};

/**
 * Meaning of a code. An unknown code is final unless it begins with EXP.
 * `text` is the portal's description: a failing page of a long export is told by its words alone (PROTOCOL §5.2).
 */
export function errorMeaning(code: string | null, text = ''): ErrorMeaning {
  if (code && MEANINGS[code]) return MEANINGS[code];
  if (code?.startsWith('EXP') || /Content not found for guid/i.test(text)) return 'transient';
  return 'final';
}

/** Whether a new message with the same content has a chance, now or later. */
export function isTransient(code: string | null, text = ''): boolean {
  const meaning = errorMeaning(code, text);
  return meaning === 'transient' || meaning === 'later';
}
