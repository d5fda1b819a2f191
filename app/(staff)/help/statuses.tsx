import { StatusMark } from '@/app/ui/status-mark';
import {
  ACTION_LABELS,
  type Action,
  allowed,
  type Relation,
  STATUS_LABELS,
  STATUSES,
  type Status,
} from '@/lib/debt-requests/workflow';

const MEANINGS: Record<Status, string> = {
  new: 'Запрос получен, к\u00a0нему ещё никто не\u00a0приступал. Срок уже идёт.',
  in_progress: 'Запрос взят в\u00a0работу, или сохранён черновик ответа.',
  prepared: 'Исполнитель закончил ответ и\u00a0передал его руководителю. Портал об\u00a0этом ещё не\u00a0знает.',
  rework: 'Руководитель вернул ответ. Что исправить, написано в\u00a0истории запроса.',
  ready: 'Ответ проверен и\u00a0полон, осталось отправить. Сам он не\u00a0уйдёт.',
  sending:
    'Ответ подписан и\u00a0идёт на\u00a0портал, менять его нельзя. Результат приходит сам, от\u00a0секунд до\u00a0часов: страницу можно закрыть.',
  answered: 'Портал подтвердил, что принял ответ. Соцзащита его видит. Исправить можно, только отозвав.',
  send_failed:
    'Портал ответ не\u00a0принял, или он не\u00a0ушёл. Причина с\u00a0кодом портала стоит на\u00a0карточке. Срок не\u00a0сдвинулся: исправьте и\u00a0отправьте снова.',
  revoked:
    'Соцзащита отозвала запрос, отвечать не\u00a0нужно. Если запрос вернётся, он откроется снова вместе с\u00a0черновиком.',
  expired:
    'Срок кончился без ответа: портал сам сообщает «задолженность отсутствует». Отправить ответ нельзя. Если портал перенесёт срок, запрос откроется снова.',
};

/** Buttons of the card. */
const BUTTONS: readonly Action[] = ['take', 'saveDraft', 'complete', 'markReady', 'send', 'unsent', 'correct'];
const PEOPLE: readonly Relation[] = ['staff', 'assignee', 'responsible', 'admin', 'signer'];

/** Words and buttons come from the workflow itself, so that the help cannot tell another story. */
export function Statuses() {
  return (
    <>
      <p>
        Так запрос называется в&nbsp;«Отклике». Какие кнопки есть у&nbsp;вас, зависит от&nbsp;роли и&nbsp;от&nbsp;того,
        на&nbsp;кого назначен запрос; если кнопка недоступна, рядом написано почему.
      </p>
      <dl className="kinds">
        {STATUSES.map((status) => {
          const buttons = BUTTONS.filter((action) => allowed(action, status, PEOPLE));
          return (
            <div key={status}>
              <dt>
                <StatusMark shape={status} label={STATUS_LABELS[status]} />
              </dt>
              <dd>
                {MEANINGS[status]}
                {buttons.length > 0 && (
                  <span className="q2 block">
                    Кнопки: {buttons.map((action) => `«${ACTION_LABELS[action]}»`).join(', ')}.
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>

      <h3 id="portal-statuses">Статусы портала</h3>
      <p>
        У&nbsp;портала свои статусы, и&nbsp;«Отклик» хранит их отдельно от&nbsp;своих: по&nbsp;ним он узнаёт, что ответ
        уже дан, но вашу работу они не&nbsp;меняют.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">На&nbsp;портале</th>
            <th scope="col">Что значит</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Запрос: «направлен»</th>
            <td>Портал передал запрос организации и&nbsp;ждёт ответа.</td>
          </tr>
          <tr>
            <th scope="row">Запрос: «получен ответ»</th>
            <td>Ответ есть: ваш или автоматический.</td>
          </tr>
          <tr>
            <th scope="row">Ответ: «не&nbsp;отправлен»</th>
            <td>Организация ещё не&nbsp;ответила.</td>
          </tr>
          <tr>
            <th scope="row">Ответ: «отправлен»</th>
            <td>Ответ организации принят: через «Отклик» или в&nbsp;личном кабинете.</td>
          </tr>
          <tr>
            <th scope="row">Ответ: «сформирован автоматически»</th>
            <td>
              Срок прошёл, портал ответил «отсутствует» сам. Это пропущенный срок, в&nbsp;«Отклике» он «Просрочен».
            </td>
          </tr>
        </tbody>
      </table>

      <h3 id="lag">Почему портал отстаёт</h3>
      <p>
        После отправки ответа его статус в&nbsp;личном кабинете может ещё 2–3&nbsp;дня оставаться прежним. Ответ при
        этом уже принят: «Отправлен» появляется в&nbsp;«Отклике» только после подтверждения портала. Отправлять второй
        раз не&nbsp;нужно, просто подождите.
      </p>
      <p>
        Когда подтверждения нет и&nbsp;неизвестно, дошёл ли ответ, «Обмен с&nbsp;ГИС&nbsp;ЖКХ» пишет «Выясняем»:
        «Отклик» сначала спросит портал и&nbsp;только потом, если ответа там нет, отправит то же самое ещё раз.
      </p>
    </>
  );
}
