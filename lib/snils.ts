/** Control number of a СНИЛС, 11 digits (rule of the Pension Fund: weights 9…1, modulo 101, 100 and 101 give 00). */
export function snilsIsValid(digits: string): boolean {
  if (!/^\d{11}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(digits[i]) * (9 - i);
  const control = (sum % 101) % 100;
  // numbers up to 001-001-998 were given without a control number
  return Number(digits.slice(0, 9)) <= 1001998 || control === Number(digits.slice(9));
}

/** 11 digits, however they are separated → «112-233-445 95»; anything else is left as it was typed. */
export function formatSnils(text: string): string {
  const digits = text.replace(/[\s\u00a0-]/g, '');
  return /^\d{11}$/.test(digits)
    ? `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6, 9)} ${digits.slice(9)}`
    : text;
}
