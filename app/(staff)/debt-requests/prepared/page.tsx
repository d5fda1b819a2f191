import type { Metadata } from 'next';
import { commonBeginning, splitAddress } from '@/app/ui/address';
import { formatDate, formatDayMonth, formatMomentInWords } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { deadlineInWords } from '@/lib/calendar/working-days';
import { getBulk } from '@/lib/debt-requests/bulk';
import { listPrepared, PREPARED_PAGE } from '@/lib/debt-requests/prepared';
import { listAssignees } from '@/lib/debt-requests/registry';
import { latestSync, syncTime } from '@/lib/debt-requests/sync';
import { sendingObstacle } from '@/lib/debt-requests/transition';
import { ownCalendar } from '@/lib/staff/calendar';
import { pageOf } from '../../page-of';
import { ReceivingHead } from '../../receiving';
import { receivingView } from '../../receiving-view';
import { staffPage } from '../../staff-page';
import { recentWork } from '../bulk-work';
import { shortAsker } from '../registry-view';
import { RequestsTabs } from '../tabs';
import { type ReviewRow, ReviewScreen } from './review-screen';

export const metadata: Metadata = { title: 'Подготовленные исполнителем' };

export default staffPage('Запросы о\u00a0задолженности', async (person, params) => {
  const assignees = await listAssignees(person);
  const assignee = assignees.find(({ id }) => id === params.assignee)?.id ?? null;
  const now = new Date();
  const [list, sync, syncAt, bulk, calendar] = await Promise.all([
    listPrepared(person, { assignee, page: pageOf(params) }),
    latestSync(person),
    syncTime(person),
    getBulk(person),
    ownCalendar(person),
  ]);
  const beginning = commonBeginning(list.rows.map((row) => row.address));
  const rows: ReviewRow[] = list.rows.map((row) => {
    const { tone, words } = deadlineInWords(moscowToday(now), row.responseDate, calendar);
    const { street, building, flat } = splitAddress(row.address, row.addressDetails, beginning);
    return {
      id: row.id,
      version: row.version,
      number: row.requestNumber,
      address: [street, building, flat].filter(Boolean).join(', '),
      fullAddress: [row.address, row.addressDetails].filter(Boolean).join(', '),
      asker: shortAsker(row.requestingOrganization),
      deadline: { date: formatDayMonth(row.responseDate), words, tone, full: formatDate(row.responseDate) },
      hasDebt: row.hasDebt,
      description: row.description,
      debtors: row.debtors.map(({ name, snils }) => ({ name, snils: snils && maskedSnils(snils) })),
      files: row.files,
      waitsForVerification: row.verification === 'required',
      preparedBy: row.preparedBy,
      preparedAt: row.preparedAt && formatMomentInWords(row.preparedAt, now),
    };
  });
  return (
    <main className="main list" id="main" tabIndex={-1}>
      <ReceivingHead title="Запросы о&nbsp;задолженности" initial={receivingView(sync, now)} syncAt={syncAt} />
      {await RequestsTabs({ person, current: 'prepared' })}
      <ReviewScreen
        rows={rows}
        totals={{ all: list.total, yes: list.yes, no: list.no }}
        place={{ page: list.page, size: PREPARED_PAGE, assignee }}
        assignees={assignees}
        sender={{ name: person.name, obstacle: sendingObstacle(person) }}
        today={moscowToday(now)}
        work={recentWork(bulk, now)}
      />
    </main>
  );
});

/** СНИЛС in lists: the last five digits, enough to tell two people apart. */
const maskedSnils = (snils: string): string => `•••-•••-${snils.slice(6, 9)} ${snils.slice(9)}`;
