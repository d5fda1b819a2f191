import {
  type Attachment,
  type Debtor,
  importResponsesMessage,
  type NsiRef,
  type ResponseAction,
} from './messages/debt-requests';
import type { Header } from './messages/envelope';
import { validateMessage } from './xml';

/** Stands in for the real header: only the actions are under examination. */
const HEADER: Header = {
  messageGuid: '00000000-0000-4000-8000-000000000000',
  date: new Date(0),
  orgPpaGuid: '00000000-0000-4000-8000-000000000000',
  isOperatorSignature: true,
};

/**
 * Checks one action alone, before it may join a message: one bad answer must not have the other 99 refused. Problems are
 * Russian sentences; they may quote what a person typed, so they are for the screen and never for a log.
 */
export function checkAction(action: ResponseAction): { ok: true } | { ok: false; problems: string[] } {
  const problems = checkActions([action]).bad.get(action.transportGuid);
  return problems ? { ok: false, problems } : { ok: true };
}

/**
 * The same for all that one message is to carry: by the rules below, then together by the schemas, and one by one only where the
 * schemas refuse them. `xml` is the message of those that are not bad, valid as it stands; null where none is left or the schemas
 * have refused some. Of several actions for one subrequest or with one TransportGUID (unique by xs:key) only the first may go;
 * with one TransportGUID the map cannot tell them apart, so the caller sees that GUID as bad.
 */
export function checkActions(
  actions: ResponseAction[],
  header = HEADER,
): { bad: Map<string, string[]>; xml: string | null } {
  const bad = new Map<string, string[]>();
  const transportGuids = new Set<string>();
  const subrequestGuids = new Set<string>();
  const fine: ResponseAction[] = [];
  for (const action of actions) {
    const problems = problemsOf(action);
    const { transportGuid, subrequestGuid } = action;
    if (transportGuids.has(transportGuid.toLowerCase())) problems.push('Идентификатор ответа повторяется');
    if (subrequestGuids.has(subrequestGuid.toLowerCase())) problems.push('На этот запрос в сообщении уже есть ответ');
    transportGuids.add(transportGuid.toLowerCase());
    subrequestGuids.add(subrequestGuid.toLowerCase());
    if (problems.length > 0) bad.set(transportGuid, problems);
    else fine.push(action);
  }
  if (fine.length === 0) return { bad, xml: null };
  const xml = importResponsesMessage(header, fine);
  if (validateMessage(xml).ok) return { bad, xml };
  for (const action of fine) {
    const checked = validateMessage(importResponsesMessage(header, [action]));
    if (checked.ok) continue;
    bad.set(
      action.transportGuid,
      checked.errors.map((error) => `Ответ не соответствует формату ГИС ЖКХ: ${error}`),
    );
  }
  return { bad, xml: null };
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The schemas' limits in words a person can act on, and what the schemas cannot say: debtors and files only with a debt
 * (annotations of drs:ImportDSRResponseType), the hash, characters that XML cannot carry.
 */
function problemsOf(action: ResponseAction): string[] {
  const problems: string[] = [];
  if (!GUID.test(action.transportGuid)) problems.push('Идентификатор ответа не является GUID');
  if (!GUID.test(action.subrequestGuid)) problems.push('Идентификатор запроса не является GUID');
  if (action.actionType === 'Revoke') return problems;

  const { hasDebt, debtors, additionalFiles, description, executorGuid } = action.answer;
  if (!GUID.test(executorGuid)) problems.push('Идентификатор исполнителя в ГИС ЖКХ не является GUID');
  checkText(problems, '', 'Комментарий', description, 1000);
  if (hasDebt && debtors.length === 0) problems.push('Задолженность существует, но не указан ни один должник');
  if (!hasDebt && debtors.length > 0) problems.push('Указаны должники, хотя задолженность отсутствует');
  if (!hasDebt && additionalFiles.length > 0) problems.push('Приложены файлы, хотя задолженность отсутствует');
  debtors.forEach((debtor, index) => {
    debtorProblems(problems, debtors.length > 1 ? `Должник ${index + 1}: ` : 'Должник: ', debtor);
  });
  for (const file of additionalFiles) attachmentProblems(problems, '', file);
  return problems;
}

function debtorProblems(problems: string[], who: string, debtor: Debtor): void {
  checkText(problems, who, 'Фамилия', debtor.lastName, 255, 'required');
  checkText(problems, who, 'Имя', debtor.firstName, 255, 'required');
  checkText(problems, who, 'Отчество', debtor.middleName, 255);
  if (debtor.snils?.trim() && !/^\d{11}$/.test(debtor.snils)) {
    problems.push(`${who}СНИЛС должен состоять из 11 цифр`);
  }
  if (debtor.document) {
    nsiRefProblems(problems, who, 'Вид документа, удостоверяющего личность', debtor.document.type);
    checkText(problems, who, 'Серия документа', debtor.document.series, 255);
    checkText(problems, who, 'Номер документа', debtor.document.number, 255, 'required');
  }
  for (const { type, attachment } of debtor.documents) {
    nsiRefProblems(problems, who, 'Тип документа, подтверждающего задолженность', type);
    attachmentProblems(problems, who, attachment);
  }
}

function attachmentProblems(problems: string[], who: string, file: Attachment): void {
  const where = `${who}файл «${file.name.slice(0, 100)}»: `;
  checkText(problems, who, 'Название файла', file.name, 1024, 'required');
  checkText(problems, where, 'Описание', file.description, 500, 'required');
  if (!GUID.test(file.attachmentGuid)) problems.push(`${where}не загружен на портал`);
  if (!/^[0-9a-f]{64}$/.test(file.hash)) problems.push(`${where}не вычислена контрольная сумма`);
}

function nsiRefProblems(problems: string[], who: string, field: string, ref: NsiRef): void {
  if (!/^(A?\d{1,4}\.?)+$/.test(ref.code) || ref.code.length > 20 || !GUID.test(ref.guid)) {
    problems.push(`${who}поле «${field}»: такой записи нет в справочнике ГИС ЖКХ`);
  }
  checkText(problems, who, field, ref.name ?? null, 1200);
}

function checkText(
  problems: string[],
  where: string,
  field: string,
  value: string | null,
  max: number,
  presence?: 'required',
): void {
  const name = where === '' ? `Поле «${field}»` : `${where}поле «${field}»`;
  if (value === null || value.trim() === '') {
    if (presence === 'required') problems.push(`${name} не заполнено`);
    return;
  }
  // the schemas count characters, JavaScript counts halves of an emoji
  const characters = value.length > max ? [...value].length : value.length;
  if (characters > max) problems.push(`${name} длиннее ${max} знаков (${characters})`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 §2.2 cannot carry
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/u.test(value)) {
    problems.push(`${name} содержит управляющие знаки, которые нельзя передать: удалите их`);
  }
}
