import { Icon } from '@/app/ui/sprite';
import { formatDate } from '@/lib/calendar/format';
import type { Card } from '@/lib/debt-requests/card';

/** hm:Type of the object asked about, formats 14.0.0.0 and later. */
const ADDRESS_TYPES: Record<string, string> = {
  Apartment: 'квартира',
  Room: 'комната',
  House: 'дом',
  HouseBlock: 'блок жилого дома',
};

/** Left half of the card: what is known. Every field that the portal sends, as the portal wrote it. */
export function Facts({ card }: { card: Card }) {
  const { request } = card;
  const phone = request.requestingOrganizationTel;
  return (
    <section className="know" aria-labelledby="facts">
      <div className="sec-h">
        <h2 id="facts">Запрос</h2>
      </div>
      <dl className="facts">
        <dt>Адрес</dt>
        <dd>{request.address}</dd>
        {(request.addressDetails || request.addressType) && (
          <>
            <dt>Помещение</dt>
            <dd>
              {request.addressDetails ?? ADDRESS_TYPES[request.addressType ?? ''] ?? request.addressType}
              {request.addressDetails && request.addressType && (
                <span className="q2"> ({ADDRESS_TYPES[request.addressType] ?? request.addressType})</span>
              )}
            </dd>
          </>
        )}
        <dt>Период</dt>
        <dd>
          с&nbsp;{formatDate(request.periodStart)} по&nbsp;{formatDate(request.periodEnd)}
        </dd>
        <dt>Организация</dt>
        <dd>{request.requestingOrganization}</dd>
        {(request.requestExecutorFio || phone) && (
          <>
            <dt>Сотрудник</dt>
            <dd>
              {request.requestExecutorFio}
              {phone && <span className="num block">{phone}</span>}
            </dd>
          </>
        )}
        <dt>Направлен</dt>
        <dd>{formatDate(request.sentDate)}</dd>
        <dt>Ответственный</dt>
        <dd>{card.responsibleName ?? <span className="warn">не&nbsp;назначен</span>}</dd>
        <dt>Исполнитель</dt>
        <dd>{card.assigneeName ?? <span className="warn">не&nbsp;назначен</span>}</dd>
      </dl>
      <p className="hint mt-2">Имени заявителя в&nbsp;запросе нет: портал спрашивает только об&nbsp;адресе.</p>
      <details className="mt-2">
        <summary>
          Идентификаторы запроса и&nbsp;дома <Icon name="down" />
        </summary>
        <dl className="facts ids">
          <Guid label="Подзапрос" value={request.subrequestGuid} />
          <Guid label="Запрос" value={request.requestGuid} />
          <Guid label="Дом в&nbsp;ГИС&nbsp;ЖКХ" value={request.houseGuid} />
          <Guid label="Объект в&nbsp;ГИС&nbsp;ЖКХ" value={request.hmObjectGuid} />
          <Guid label="Дом по&nbsp;ФИАС" value={request.fiasHouseGuid} />
          <Guid label="Организация" value={request.requestingOrganizationGuid} />
          <dt>Формат</dt>
          <dd className="num">{request.exportFormat}</dd>
        </dl>
      </details>
      {request.gisAnswer && (
        <div className="sec">
          <h2>Ответ на&nbsp;портале</h2>
          <p className="mt-1">
            {request.gisAnswer.hasDebt ? 'Задолженность существует' : 'Задолженность отсутствует'}
            {request.gisAnswer.executorFio && <>, ответ дал сотрудник: {request.gisAnswer.executorFio}</>}. Должники:{' '}
            {request.gisAnswer.debtors}, файлы: {request.gisAnswer.files}.
          </p>
          {request.gisAnswer.description && <p className="q2 mt-1">{request.gisAnswer.description}</p>}
        </div>
      )}
    </section>
  );
}

function Guid({ label, value }: { label: string; value: string | null }) {
  if (!value) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd className="mono">{value}</dd>
    </>
  );
}
