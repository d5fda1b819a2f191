/**
 * Codes and texts of refusals. Those of PROTOCOL §6 keep their codes; their exact texts were mostly not found, so texts are
 * ours. What the portal answers to a broken business rule is not known at all: such codes are invented and begin with
 * SRV9000, so that nobody takes them for the portal's. A client must show code and text and treat them as final.
 */
export const absent = (field: string) => ({
  code: 'INT002000',
  text: `Значение в поле ${field} отсутствует в реестре`,
});

export const NO_OBJECTS = { code: 'INT002012', text: 'Нет объектов для экспорта' };
export const UNKNOWN_MESSAGE = { code: 'INT002013', text: 'Запрос не найден' };
export const NO_DICTIONARY = { code: 'INT016001', text: 'Справочник не найден' };
export const NO_HOUSE = {
  code: 'INT002000',
  text: 'Значение в поле HouseGuid отсутствует в реестре или дом не обслуживается организацией',
};
export const UNKNOWN_ORGANIZATION = { code: 'AUT011002', text: 'Организация не найдена' };
/** AUT011004 for signatures is our guess. */
export const badSignature = (reason: string) => ({ code: 'AUT011004', text: `Ошибка проверки подписи: ${reason}` });
export const badXml = (detail: string) => ({ code: 'FMT001300', text: `Некорректный XML: ${detail}` });
export const TRANSIENT = {
  code: 'EXP001000',
  text: 'Произошла ошибка при передаче данных. Попробуйте осуществить передачу данных повторно.',
};
/** An entry of a dictionary that this stand does not have: as if loaded from the other stand. */
export const foreignNsi = (registry: string) => ({
  code: 'SRV007079',
  text: `Элемент справочника НСИ № ${registry} не найден`,
});

/** Which FIL code means what is our guess. */
export const FILE_UNKNOWN = { code: 'FIL001001', text: 'Файл вложения не найден в файловом хранилище' };
export const FILE_WITHOUT_HASH = { code: 'FIL001004', text: 'Не указан хэш вложения (AttachmentHASH)' };
export const FILE_HASH = { code: 'FIL001005', text: 'Хэш вложения не совпадает с хэшем файла в хранилище' };

export const DEADLINE_PASSED = { code: 'SRV900001', text: 'Срок ответа на запрос истёк' };
export const DEBT_WITHOUT_DEBTOR = {
  code: 'SRV900002',
  text: 'При наличии задолженности должна быть указана информация о задолженности (debtInfo)',
};
export const NO_DEBT_WITH_DETAILS = {
  code: 'SRV900003',
  text: 'При отсутствии задолженности нельзя передавать должников и файлы',
};
/** The text is the portal's own (PROTOCOL §5.4), the code is not. */
export const NOT_SENT = { code: 'SRV900004', text: 'Ответ на запрос не имеет статус "Ответ отправлен"' };
export const ACTION_DATA = {
  code: 'SRV900005',
  text: 'responseData указывается для операции Send и только для неё',
};
export const PERIOD = { code: 'SRV900006', text: 'Период направления запроса не должен превышать 6 месяцев' };
export const WRONG_FOR_FORMAT = {
  code: 'SRV900007',
  text: 'Условие отбора не соответствует версии формата exportDSRsRequest',
};
