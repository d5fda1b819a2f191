import type { FrozenFile } from '@/db/schema/exchange';
import { formatDate } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { formatSnils } from '@/lib/snils';
import { requisitesInWords } from '@/lib/staff/requisites-schema';
import { NSI_DEBT_DOCUMENTS, NSI_IDENTITY_DOCUMENTS } from './card';
import { eventInWords } from './event-words';
import type { ProofContent, ProofMessage } from './proof';
import { STATUS_LABELS, type Status } from './workflow';

/**
 * `история.html` of a proof package: the request, every answer as it was sent, what the portal said, and the history, in
 * words and with full names. One file without scripts or links to the network, made to be printed. Times are Moscow's.
 */
export function proofHistory(content: ProofContent): string {
  const { request, organization, messages, events, madeBy, madeAt } = content;
  const others = messages.reduce((sum, message) => sum + message.otherAnswers, 0);
  return `<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Подтверждение ответа на запрос № ${html(request.requestNumber)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Подтверждение ответа на запрос №&nbsp;${html(request.requestNumber)}</h1>
<p>${html(requisitesInWords(organization))}. Сейчас запрос в&nbsp;состоянии «${html(STATUS_LABELS[request.status as Status])}». Время везде московское.</p>

<h2>Запрос</h2>
${facts([
  ['Кто спрашивает', request.requestingOrganization],
  ['Телефон', request.requestingOrganizationTel],
  ['Сотрудник', request.requestExecutorFio],
  ['Адрес', [request.address, request.addressDetails?.replaceAll(' ', '\u00a0')].filter(Boolean).join(', ')],
  ['Период', `с ${formatDate(request.periodStart)} по ${formatDate(request.periodEnd)}`],
  ['Направлен', formatDate(request.sentDate)],
  ['Получен нами', moment(request.receivedAt)],
  ['Крайний срок ответа', `${formatDate(request.responseDate)}, до 24:00`],
  ['Идентификатор подзапроса', code(request.subrequestGuid)],
  ['Идентификатор запроса', code(request.requestGuid)],
])}

<h2>Что ушло на&nbsp;портал</h2>
${messages.map((message, i) => messageSection(message, i, content)).join('\n')}
${others > 0 ? `<p class="q">Сообщения несут и&nbsp;ответы на&nbsp;другие запросы: ${others}. Здесь показан только этот.</p>` : ''}

<h2>История</h2>
<table>
<thead><tr><th>Когда</th><th>Что</th></tr></thead>
<tbody>
${events.map((event) => `<tr><td class="when">${moment(event.at)}</td><td>${html(eventInWords(event).text)}</td></tr>`).join('\n')}
</tbody>
</table>

<footer>Составлено ${moment(madeAt)}: ${html(madeBy)}. Организация в&nbsp;ГИС&nbsp;ЖКХ: ${html(organization.orgPpaGuid)}.
Эта страница — пересказ. Доказательство — подписанные сообщения в&nbsp;папке messages; как проверить подпись, сказано в&nbsp;файле ПРОЧТИ-МЕНЯ.txt.</footer>
</body>
</html>
`;
}

function messageSection(message: ProofMessage, index: number, content: ProofContent): string {
  const { item } = message;
  const answer = item.content;
  return `<section>
<h3>${index + 1}. ${item.actionType === 'Revoke' ? 'Отзыв ответа' : 'Ответ'}, ${moment(message.submittedAt)}</h3>
<p><b>${html(outcomeInWords(message))}</b></p>
${facts([
  answer && ['Задолженность', answer.hasDebt ? 'существует' : 'отсутствует'],
  answer && ['Комментарий', answer.description],
  ...(answer?.debtors ?? []).map((debtor, i): Fact => {
    const { document } = debtor;
    const lines = [
      html([debtor.lastName, debtor.firstName, debtor.middleName].filter(Boolean).join(' ')),
      debtor.snils && `СНИЛС ${html(formatSnils(debtor.snils))}`,
      document &&
        html(
          [
            content.dictionary.get(`${NSI_IDENTITY_DOCUMENTS}/${document.typeCode}`) ?? 'Документ',
            document.series,
            document.number,
          ]
            .filter(Boolean)
            .join(' '),
        ),
      ...debtor.files.map((file) => fileLink(file, content)),
    ];
    return [`Должник ${i + 1}`, { html: lines.filter(Boolean).join('<br>') }];
  }),
  answer &&
    answer.files.length > 0 && [
      'Файлы к ответу',
      { html: answer.files.map((file) => fileLink(file, content)).join('<br>') },
    ],
  ['Отправлено', item.sentBy ?? 'автоматически, по включённому правилу'],
  answer && ['Идентификатор сотрудника в ГИС ЖКХ', code(answer.executorGuid)],
  ['TransportGUID', code(item.transportGuid)],
  ['MessageGUID', code(message.messageGuid)],
  ['MessageGUID портала', message.gisMessageGuid && code(message.gisMessageGuid)],
  ['Сообщение', code(`${message.folder}/message.xml`)],
])}
</section>`;
}

/** What became of a message, for somebody who does not know our states. Words of the portal stand as they came. */
function outcomeInWords({ item, look }: ProofMessage): string {
  const revoke = item.actionType === 'Revoke';
  const words = [item.errorCode, item.errorText].filter(Boolean).join(': ');
  switch (item.state) {
    case 'accepted': {
      const at = item.updateDate ?? item.finishedAt;
      if (look) {
        return `Ответ портала на сообщение потерялся. Мы спросили портал снова, и ${moment(look.finishedAt ?? at!)} он показал, что ${
          revoke ? 'ответ отозван' : 'этот ответ размещён'
        }.`;
      }
      return `${revoke ? 'Портал подтвердил отзыв ответа' : 'Портал принял ответ'} ${moment(at!)}.`;
    }
    case 'refused':
      return `Портал не ${revoke ? 'отозвал' : 'принял'} ответ. ${words}`;
    case 'not_sent':
      return `Сообщение не подействовало. ${words}`;
    default:
      return 'Сообщение ушло, результата от портала ещё нет.';
  }
}

function fileLink(file: FrozenFile, { files, dictionary }: ProofContent): string {
  const kept = files.find(({ fileId }) => fileId === file.fileId)!;
  const type = file.documentTypeCode && dictionary.get(`${NSI_DEBT_DOCUMENTS}/${file.documentTypeCode}`);
  const href = kept.path.split('/').map(encodeURIComponent).join('/');
  return (
    `<a href="${html(href)}">${html(file.name)}</a>${type ? `, ${html(type)}` : ''}` +
    `<br><span class="hash">ГОСТ Р 34.11-94: ${html(kept.gostHash ?? '')}<br>SHA-256: ${html(kept.sha256)}</span>`
  );
}

/** Text is escaped; `{ html }` is markup made here. */
type Fact = [label: string, value: string | null | undefined | { html: string }] | null | false;

function facts(rows: Fact[]): string {
  const lines = rows.flatMap((row) => {
    if (!row) return [];
    const [label, value] = row;
    return value ? `<dt>${html(label)}</dt><dd>${typeof value === 'string' ? html(value) : value.html}</dd>` : [];
  });
  return `<dl>\n${lines.join('\n')}\n</dl>`;
}

const code = (text: string) => ({ html: `<code>${html(text)}</code>` });

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const html = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

const time = new Intl.DateTimeFormat('ru', {
  timeZone: 'Europe/Moscow',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** «19.11.2026, 10:42:05», Moscow time: seconds may matter on the last day of a term. */
const moment = (at: Date): string => `${formatDate(moscowToday(at))}, ${time.format(at)}`;

const STYLE = `
@page { size: A4; margin: 18mm 16mm }
body { font: 11pt/1.45 "PT Sans", "Liberation Sans", Arial, sans-serif; color: #17212b; max-width: 180mm; margin: 10mm auto; padding: 0 4mm }
h1 { font-size: 17pt; line-height: 1.25; margin: 0 0 3mm }
h2 { font-size: 13pt; margin: 8mm 0 2mm; break-after: avoid }
h3 { font-size: 11pt; margin: 5mm 0 1mm; break-after: avoid }
p { margin: 0 0 2mm }
dl { display: grid; grid-template-columns: 52mm 1fr; gap: 1mm 4mm; margin: 0 }
dt { color: #43505c }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line }
table { width: 100%; border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 1px solid #c9d1d8; overflow-wrap: anywhere }
tr { break-inside: avoid }
.when { white-space: nowrap; width: 44mm }
code, .hash { font-family: "Liberation Mono", Consolas, monospace; font-size: 9pt }
.hash, .q { color: #43505c }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 1px solid #c9d1d8; color: #43505c; font-size: 9.5pt }
@media print { body { margin: 0; padding: 0; max-width: none } a { color: inherit; text-decoration: none } }
`;
