import type { Sheet } from '@/lib/imports/sheets';
import {
  answeredOf,
  averageOf,
  type Figures,
  OUTCOMES,
  type Outcome,
  type Outcomes,
  receivedOf,
  type Statistics,
  type StatisticsRow,
  sentOf,
  yesShareOf,
} from './statistics';

/** What staff read of an outcome, on the page and in the file. */
export const OUTCOME_LABELS: Record<Outcome, string> = {
  person: 'Отвечено вручную',
  autofill: 'Отвечено по\u00a0правилу',
  excel: 'Отвечено из\u00a0файла',
  autoanswer: 'Отвечено автоматически',
  elsewhere: 'Отвечено не\u00a0через «Отклик»',
  waiting: 'Ещё без ответа',
  expired: 'Срок пропущен, портал ответил сам',
  revoked: 'Отозваны',
};

/** The statistics as tables: counts, percents (0…100) and working days as numbers, dates as dates. No personal data but employees' short names. */
export function statisticsSheets({ query, total, days, divisions, people, refusals }: Statistics): Sheet[] {
  return [
    {
      title: 'Итоги',
      columns: [
        { title: 'Показатель', width: 52 },
        { title: 'Значение', width: 14 },
      ],
      rows: [
        ['Дата направления запроса, с', dateOf(query.from)],
        ['Дата направления запроса, по', dateOf(query.to)],
        ['Поступило', receivedOf(total.outcomes)],
        ...OUTCOMES.map((outcome) => [OUTCOME_LABELS[outcome], total.outcomes[outcome]]),
        ['Всего отвечено', answeredOf(total.outcomes)],
        ['Отправлено через «Отклик»', sentOf(total.outcomes)],
        ['Из них «Да»', total.yes],
        ['Доля «Да» среди отправленных через «Отклик», %', percentOf(total)],
        ['Среднее время ответа, рабочих дней', averageDaysOf(total)],
        ['Худшее время ответа, рабочих дней', total.worst],
        ['Возвратов на\u00a0доработку', total.returns],
        ['Запросов, которые возвращали на\u00a0доработку', total.returned],
      ],
    },
    {
      title: 'По дням',
      columns: [{ title: 'Дата направления запроса', width: 16 }, ...COUNT_COLUMNS],
      rows: days.map(({ from, outcomes }) => [dateOf(from), ...countsOf(outcomes)]),
    },
    rowsSheet('По подразделениям', 'Подразделение', divisions, 'без подразделения'),
    rowsSheet('По исполнителям', 'Исполнитель', people, 'не\u00a0назначен'),
    {
      title: 'Отказы портала',
      columns: [
        { title: 'Код', width: 16 },
        { title: 'Текст портала', width: 80 },
        { title: 'Отказов', width: 12 },
        { title: 'Запросов', width: 12 },
      ],
      rows: refusals.map(({ code, text, count, requests }) => [code, text, count, requests]),
    },
  ];
}

const COUNT_COLUMNS = ['Поступило', ...OUTCOMES.map((outcome) => OUTCOME_LABELS[outcome])].map((title) => ({
  title,
  width: 14,
}));

const countsOf = (outcomes: Outcomes): number[] => [
  receivedOf(outcomes),
  ...OUTCOMES.map((outcome) => outcomes[outcome]),
];

const rowsSheet = (title: string, head: string, rows: StatisticsRow[], nameless: string): Sheet => ({
  title,
  columns: [
    { title: head, width: 40 },
    ...COUNT_COLUMNS,
    ...[
      'Из\u00a0отправленных через «Отклик» «Да»',
      'Доля «Да», %',
      'Среднее время ответа, рабочих дней',
      'Худшее время ответа, рабочих дней',
      'Возвратов на\u00a0доработку',
      'Запросов, которые возвращали',
    ].map((column) => ({ title: column, width: 14 })),
  ],
  rows: rows.map(({ name, depth, figures }) => [
    `${'\u00a0\u00a0'.repeat(depth)}${name ?? nameless}`,
    ...countsOf(figures.outcomes),
    figures.yes,
    percentOf(figures),
    averageDaysOf(figures),
    figures.worst,
    figures.returns,
    figures.returned,
  ]),
});

/** As far as a reader compares: hundredths. */
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 100) / 100);

function percentOf(figures: Figures): number | null {
  const share = yesShareOf(figures);
  return rounded(share === null ? null : share * 100);
}

const averageDaysOf = (figures: Figures): number | null => rounded(averageOf(figures));

const dateOf = (date: string): Date => new Date(`${date}T00:00:00Z`);
