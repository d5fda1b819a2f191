import Link from 'next/link';
import { splitAddress } from '@/app/ui/address';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { formatDate, formatMoment } from '@/lib/calendar/format';
import { type CalendarAdditions, fifthWorkingDay, isPreliminary } from '@/lib/calendar/working-days';
import type { Explanation } from '@/lib/debt-requests/autofill';
import type { Card, PreviousAnswer } from '@/lib/debt-requests/card';
import { STATUS_LABELS } from '@/lib/debt-requests/workflow';
import { Block } from './block';
import { ExplanationBlock } from './explanation';
import { addressTypeInWords, portalRequestStatus, portalResponseStatus } from './portal-words';

interface FactsProps {
  card: Card;
  explanation: Explanation;
  /** Other requests about the same premises. */
  before: PreviousAnswer[];
  now: Date;
  calendar: CalendarAdditions;
}

/** Left half of the card: what is known, in the blocks of 1С. Every field that the portal sends, as the portal wrote it. */
export function Facts({ card, explanation, before, now, calendar }: FactsProps) {
  const { request } = card;
  const { street, building, flat } = splitAddress(request.address, request.addressDetails, []);
  return (
    <section className="know" aria-label="Что известно">
      <Block name="task" title="Сведения для заполнения ответа">
        <dl className="facts">
          <dt>Период</dt>
          <dd>
            с&nbsp;{formatDate(request.periodStart)} по&nbsp;{formatDate(request.periodEnd)}
          </dd>
          <dt>Здание</dt>
          <dd>{[street, building].filter(Boolean).join(', ')}</dd>
          <dt>Помещение</dt>
          <dd>
            {flat || (
              <span className="q2">
                {request.hmObjectGuid ? 'номера в\u00a0запросе нет' : 'не\u00a0указано: запрос о\u00a0доме целиком'}
              </span>
            )}
          </dd>
          <dt>Код здания по&nbsp;ФИАС</dt>
          <dd className={request.fiasHouseGuid ? 'mono text-xs/5' : 'q2'}>
            {request.fiasHouseGuid ?? 'портал не\u00a0передал'}
          </dd>
          <dt>Ответственный</dt>
          <dd>{card.responsibleName ?? <span className="warn">не&nbsp;назначен</span>}</dd>
          <dt>Исполнитель</dt>
          <dd>{card.assigneeName ?? <span className="warn">не&nbsp;назначен</span>}</dd>
        </dl>
        <p className="hint mt-2">Имени заявителя в&nbsp;запросе нет: портал спрашивает только об&nbsp;адресе.</p>
      </Block>
      <ExplanationBlock explanation={explanation} requestId={request.id} matchState={request.matchState} now={now} />
      <Block name="request" title="Данные запроса">
        <dl className="facts">
          <dt>Организация</dt>
          <dd>{request.requestingOrganization}</dd>
          {request.requestingOrganizationTel && (
            <>
              <dt>Телефон</dt>
              <dd className="num">{request.requestingOrganizationTel}</dd>
            </>
          )}
          {request.requestExecutorFio && (
            <>
              <dt>Сотрудник</dt>
              <dd>{request.requestExecutorFio}</dd>
            </>
          )}
          <dt>Направлен</dt>
          <dd>
            {formatDate(request.sentDate)}
            <TermCheck request={request} calendar={calendar} />
          </dd>
          <dt>Адрес в&nbsp;ГИС&nbsp;ЖКХ</dt>
          <dd>{[request.address, request.addressDetails].filter(Boolean).join(', ')}</dd>
          {request.addressType && (
            <>
              <dt>Тип объекта</dt>
              <dd>{addressTypeInWords(request.addressType)}</dd>
            </>
          )}
          <dt>Запрос на&nbsp;портале</dt>
          <dd>{portalRequestStatus(request.gisRequestStatus)}</dd>
          <dt>Ответ на&nbsp;портале</dt>
          <dd>
            {portalResponseStatus(request.gisResponseStatus)}
            {request.gisAnswer && (
              <>
                : <b>{request.gisAnswer.hasDebt ? 'существует' : 'отсутствует'}</b>. Должники:{' '}
                {request.gisAnswer.debtors}, файлы: {request.gisAnswer.files}
                {request.gisAnswer.executorFio && <>. Сотрудник: {request.gisAnswer.executorFio}</>}
                {request.gisAnswer.description && <span className="q2 block">{request.gisAnswer.description}</span>}
              </>
            )}
          </dd>
          <dt>Получен</dt>
          <dd>{formatMoment(request.receivedAt, now)}</dd>
          <dt>Сверен</dt>
          <dd>{formatMoment(request.seenAt, now)}</dd>
        </dl>
        <details className="mt-2">
          <summary>
            Идентификаторы запроса и&nbsp;дома <Icon name="down" />
          </summary>
          <dl className="facts ids">
            <Guid label="Подзапрос" value={request.subrequestGuid} />
            <Guid label="Запрос" value={request.requestGuid} />
            <Guid label="Дом в&nbsp;ГИС&nbsp;ЖКХ" value={request.houseGuid} />
            <Guid label="Объект в&nbsp;ГИС&nbsp;ЖКХ" value={request.hmObjectGuid} />
            <Guid label="Организация" value={request.requestingOrganizationGuid} />
            <Guid label="Сотрудник" value={request.requestExecutorGuid} />
            <dt>Формат</dt>
            <dd className="num">{request.exportFormat}</dd>
          </dl>
        </details>
      </Block>
      <Block
        name="before"
        title={
          before.length > 0 ? `Ответы по\u00a0этому помещению: ${before.length}` : 'Ответы по\u00a0этому помещению'
        }
      >
        {before.length === 0 ? (
          <p className="q2">Других запросов по&nbsp;этому помещению нет.</p>
        ) : (
          <table className="before">
            <thead>
              <tr>
                <th scope="col">Запрос</th>
                <th scope="col">Направлен</th>
                <th scope="col">Долг</th>
                <th scope="col">Статус</th>
              </tr>
            </thead>
            <tbody>
              {before.map((row) => (
                <tr key={row.id}>
                  <td className="num">
                    <Link href={`/debt-requests/${row.id}`} prefetch={false}>
                      {row.requestNumber}
                    </Link>
                  </td>
                  <td className="num">{formatDate(row.sentDate)}</td>
                  <td>
                    {row.hasDebt === null ? (
                      <span className="q2">
                        <span aria-hidden="true">—</span>
                        <span className="sr">не&nbsp;заполнено</span>
                      </span>
                    ) : row.hasDebt ? (
                      <b>Да</b>
                    ) : (
                      'Нет'
                    )}
                  </td>
                  <td>
                    <StatusMark shape={row.status} label={STATUS_LABELS[row.status]} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Block>
    </section>
  );
}

/** The portal's date always wins; that the calendar counts another one is worth knowing. */
function TermCheck({ request, calendar }: { request: Card['request']; calendar: CalendarAdditions }) {
  const fifth = fifthWorkingDay(request.sentDate, calendar);
  if (fifth === request.responseDate) return null;
  const preliminary = [request.sentDate, fifth].some((date) => isPreliminary(Number(date.slice(0, 4)), calendar));
  return (
    <span className="hint block">
      По&nbsp;календарю пятый рабочий день&nbsp;— {formatDate(fifth)}
      {preliminary && ', предварительно'}; действует срок портала&nbsp;— {formatDate(request.responseDate)}
    </span>
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
