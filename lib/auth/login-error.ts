import { plural } from '@/lib/calendar/plural';
import type { AttemptRefused } from './login';

/** A refusal as it travels in next-auth's `error` parameter: `wrong`, `wrong.40`, `tooEarly.12`. */
export const loginErrorCode = ({ reason, retryAfterSeconds }: AttemptRefused): string =>
  retryAfterSeconds > 0 ? `${reason}.${retryAfterSeconds}` : reason;

/**
 * The sentence for such a code. It comes from the address bar too, so nothing of it is shown but a number; what is not
 * a code of ours (next-auth's own errors) reads as a failure to log in.
 */
export function loginErrorInWords(code: string): string {
  const match = /^(wrong|tooEarly|CredentialsSignin)(?:\.(\d{1,3}))?$/.exec(code);
  if (!match) return 'Войти не\u00a0получилось. Повторите вход; если не\u00a0поможет, сообщите администратору.';
  const what = match[1] === 'tooEarly' ? TOO_MANY : 'Логин или пароль не\u00a0подходят.';
  return what + nextTryInWords(Number(match[2] ?? 0));
}

export const TOO_MANY = 'Слишком много неудачных попыток.';

/** « Следующая попытка — через 5 секунд.», or nothing when it may be made at once. */
export const nextTryInWords = (seconds: number): string =>
  seconds > 0 ? ` Следующая попытка\u00a0— через\u00a0${duration(seconds)}.` : '';

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds}\u00a0${plural(seconds, 'секунду', 'секунды', 'секунд')}`;
  const minutes = Math.ceil(seconds / 60);
  return `${minutes}\u00a0${plural(minutes, 'минуту', 'минуты', 'минут')}`;
}
