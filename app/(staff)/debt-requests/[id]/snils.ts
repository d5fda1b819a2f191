/** 11 digits, however they are separated → «112-233-445 95»; anything else is left as it was typed. */
export function formatSnils(text: string): string {
  const digits = text.replace(/[\s\u00a0-]/g, '');
  return /^\d{11}$/.test(digits)
    ? `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6, 9)} ${digits.slice(9)}`
    : text;
}
