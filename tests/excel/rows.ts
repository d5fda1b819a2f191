import { type FileRow, SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';

/** The answers that every foreign program of `make-fixtures.sh` has written in its own way. Invented. */

const no = SAMPLE_ROWS[0]!;
const [husband, wife] = [SAMPLE_ROWS[1]!, SAMPLE_ROWS[2]!];
const empty = SAMPLE_ROWS[3]!;

export const FOREIGN_ROWS: FileRow[] = [
  { ...no, comment: 'Долга нет: =1+1 & <всё>\n«оплачено»' },
  husband,
  wife,
  empty,
  {
    ...empty,
    requestNumber: '01102213221316',
    subrequestGuid: 'a3d5b1f0-5a0e-4a0f-8d2b-3f3a0b6c1d04',
    hasDebt: 'да.',
    lastName: 'Ёлкин-Ильин',
    firstName: 'Пётр',
    documents: 'ДА',
  },
];
