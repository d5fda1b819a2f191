/** Dictionaries of this stand. Only the first entry of НСИ 358 is the portal's own (PROTOCOL §5.4); the rest is invented. */

import type { Settings } from './model';
import { moscowDateTime } from './moscow';
import { esc } from './xml';

export interface NsiEntry {
  code: string;
  guid: string;
  name: string;
  actual: boolean;
}

const entry = (code: string, guid: string, name: string, actual = true): NsiEntry => ({ code, guid, name, actual });

export const NSI: Record<string, { name: string; field: string; entries: NsiEntry[] }> = {
  '95': {
    name: 'Документ, удостоверяющий личность',
    field: 'Документ, удостоверяющий личность',
    entries: [
      entry('1', '8d1f6c0a-95a1-4f0e-9b1c-000000000001', 'Паспорт гражданина Российской Федерации'),
      entry('2', '8d1f6c0a-95a1-4f0e-9b1c-000000000002', 'Паспорт гражданина СССР', false),
      entry('3', '8d1f6c0a-95a1-4f0e-9b1c-000000000003', 'Свидетельство о рождении'),
      entry('4', '8d1f6c0a-95a1-4f0e-9b1c-000000000004', 'Удостоверение личности офицера'),
      entry('5', '8d1f6c0a-95a1-4f0e-9b1c-000000000005', 'Военный билет'),
      entry('6', '8d1f6c0a-95a1-4f0e-9b1c-000000000006', 'Временное удостоверение личности'),
      entry('7', '8d1f6c0a-95a1-4f0e-9b1c-000000000007', 'Паспорт иностранного гражданина'),
      entry('8', '8d1f6c0a-95a1-4f0e-9b1c-000000000008', 'Вид на жительство'),
    ],
  },
  '358': {
    name: 'Тип документа, подтверждающего наличие задолженности',
    field: 'Тип документа',
    entries: [
      entry('1', '237b587e-0b10-4702-b78c-8d641c3d4d45', 'Судебный акт'),
      entry('2', '8d1f6c0a-358a-4f0e-9b1c-000000000002', 'Акт сверки'),
      entry('3', '8d1f6c0a-358a-4f0e-9b1c-000000000003', 'Карточка расчётов'),
      entry('4', '8d1f6c0a-358a-4f0e-9b1c-000000000004', 'Иной документ'),
      entry('5', '8d1f6c0a-358a-4f0e-9b1c-000000000005', 'Справка', false),
    ],
  },
};

const MODIFIED = Date.parse('2026-03-12T00:00:00+03:00');
const PAGE = 1000;

export function renderNsiItem(
  registry: string,
  page: number | undefined,
  now: number,
  p: Settings['prefixes'],
): string {
  const dictionary = NSI[registry]!;
  const entries = page === undefined ? dictionary.entries : dictionary.entries.slice((page - 1) * PAGE, page * PAGE);
  const n = p.nsiBase;
  const rows = entries.map(
    ({ code, guid, name, actual }) =>
      `<${n}:NsiElement><${n}:Code>${code}</${n}:Code><${n}:GUID>${guid}</${n}:GUID>` +
      `<${n}:Modified>${moscowDateTime(MODIFIED)}</${n}:Modified><${n}:IsActual>${actual}</${n}:IsActual>` +
      `<${n}:NsiElementField xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${n}:NsiElementStringFieldType">` +
      `<${n}:Name>${esc(dictionary.field)}</${n}:Name><${n}:Value>${esc(name)}</${n}:Value></${n}:NsiElementField>` +
      `</${n}:NsiElement>`,
  );
  const item = page === undefined ? 'NsiItem' : 'NsiPagingItem';
  const paging =
    page === undefined
      ? ''
      : `<${p.nsiCommon}:TotalItemsCount>${dictionary.entries.length}</${p.nsiCommon}:TotalItemsCount>` +
        `<${p.nsiCommon}:TotalPages>${Math.ceil(dictionary.entries.length / PAGE)}</${p.nsiCommon}:TotalPages>` +
        `<${p.nsiCommon}:CurrentPage>${page}</${p.nsiCommon}:CurrentPage>`;
  return (
    `<${p.nsiCommon}:${item}><${n}:NsiItemRegistryNumber>${registry}</${n}:NsiItemRegistryNumber>` +
    `<${n}:Created>${moscowDateTime(now)}</${n}:Created>${rows.join('')}${paging}</${p.nsiCommon}:${item}>`
  );
}

export function renderNsiList(now: number, p: Settings['prefixes']): string {
  const n = p.nsiBase;
  const rows = Object.entries(NSI).map(
    ([registry, { name }]) =>
      `<${n}:NsiItemInfo><${n}:RegistryNumber>${registry}</${n}:RegistryNumber><${n}:Name>${esc(name)}</${n}:Name>` +
      `<${n}:Modified>${moscowDateTime(MODIFIED)}</${n}:Modified></${n}:NsiItemInfo>`,
  );
  return (
    `<${p.nsiCommon}:NsiList><${n}:Created>${moscowDateTime(now)}</${n}:Created>${rows.join('')}` +
    `<${n}:ListGroup>NSI</${n}:ListGroup></${p.nsiCommon}:NsiList>`
  );
}
