import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane; about 30 ms here. The dummy below has the same. */
export const PARAMETERS = { algorithm: 2 /* argon2id */, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hash of a random password that nobody knows, so that an unknown login costs as much time as a known one. */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$bIcVjzVwm86DJD1EsW0RYA$4cmJyIR+1XkhlQ9zb+SXbM/SBgcriR4So4X1EI8Ws4s';

const MIN_PASSWORD = 10;
/** Bounds what a stranger can make us hash. */
export const MAX_PASSWORD = 200;

/** PHC string of a password. «й» typed as one sign or as two gives the same hash (NFC). */
export function hashPassword(plain: string): Promise<string> {
  return hash(plain.normalize('NFC'), PARAMETERS);
}

/** Whether the password fits. `null` (no such person) takes the same time and never fits. */
export async function verifyPassword(passwordHash: string | null, plain: string): Promise<boolean> {
  const fits = await verify(passwordHash ?? DUMMY_HASH, plain.normalize('NFC'));
  return fits && passwordHash !== null;
}

/**
 * Why a new password is refused, as a sentence; null when it is good. Length is what counts; beyond it only what a
 * guesser tries first is refused: few different signs, or the login itself.
 */
export function passwordProblem(plain: string, login: string): string | null {
  const signs = [...plain.normalize('NFC')];
  if (signs.length < MIN_PASSWORD) return `Пароль короче ${MIN_PASSWORD} знаков. Добавьте ещё слово.`;
  if (signs.length > MAX_PASSWORD) return `Пароль длиннее ${MAX_PASSWORD} знаков.`;
  if (new Set(signs).size < 5) return 'В пароле слишком мало разных знаков.';
  if (login !== '' && plain.toLowerCase().includes(login.toLowerCase())) return 'Пароль не должен содержать логин.';
  return null;
}
