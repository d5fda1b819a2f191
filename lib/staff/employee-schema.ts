import { z } from 'zod';
import { ROLES } from '@/lib/debt-requests/workflow';

/** «Сотрудник» as the form and the server share it. */

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const name = (what: string) =>
  z
    .string()
    .trim()
    .max(255, `${what}: не\u00a0больше 255\u00a0знаков.`)
    .refine((value) => !/\p{Cc}/u.test(value), `${what}: есть недопустимые знаки.`);
const required = (what: string) => name(what).min(1, `${what}: не\u00a0заполнено.`);
const nothing = z.literal('').transform(() => null);
const date = z.iso.date('Нужна дата.');

export const employeeSchema = z
  .object({
    lastName: required('Фамилия'),
    firstName: required('Имя'),
    patronymic: name('Отчество').transform((value) => value || null),
    login: z
      .string()
      .transform((value) => value.normalize('NFC').trim().toLowerCase())
      .pipe(
        z
          .string()
          .regex(/^[\p{L}\p{N}._@+-]{2,200}$/u, 'Логин: от\u00a02 знаков; буквы, цифры, точка, дефис, @, _ и\u00a0+.'),
      ),
    email: z.union([nothing, z.email('Проверьте адрес почты.').max(254)]),
    roles: z.array(z.enum(ROLES)).min(1, 'Отметьте хотя\u00a0бы одну роль.'),
    /** Null = the whole organization. */
    divisionId: z.union([nothing, z.uuid()]),
    gisEmployeeGuid: z
      .string()
      .trim()
      .toLowerCase()
      .refine(
        (value) => value === '' || GUID.test(value),
        'Идентификатор: нужны 32\u00a0цифры и\u00a0латинские буквы a–f, как в\u00a0примере.',
      )
      .transform((value) => value || null),
    canSend: z.boolean(),
    deputyId: z.union([nothing, z.uuid()]),
    awayFrom: z.union([nothing, date]),
    awayUntil: z.union([nothing, date]),
  })
  .superRefine((value, context) => {
    const filled = [value.deputyId, value.awayFrom, value.awayUntil].filter((one) => one !== null).length;
    if (filled !== 0 && filled !== 3) {
      const path = value.deputyId === null ? 'deputyId' : value.awayFrom === null ? 'awayFrom' : 'awayUntil';
      context.addIssue({
        code: 'custom',
        path: [path],
        message: 'Для отсутствия нужны заместитель и\u00a0обе даты. Если отсутствия нет, очистите все три поля.',
      });
    }
    if (value.awayFrom && value.awayUntil && value.awayFrom > value.awayUntil)
      context.addIssue({
        code: 'custom',
        path: ['awayUntil'],
        message: 'Отсутствие заканчивается раньше, чем началось.',
      });
  });
/** As it is typed. */
export type EmployeeInput = z.input<typeof employeeSchema>;
export type Employee = z.output<typeof employeeSchema>;
