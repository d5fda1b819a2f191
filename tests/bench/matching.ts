/** Matching and filling beside one SQL join over clean keys. */
import { db, sql } from '@/db/client';
import { parsePremisesNumber, premisesKey } from '@/lib/accounts/premises-number';
import { carryBulk, previewBulk, startBulk } from '@/lib/debt-requests/bulk';
import { matchRequests } from '@/lib/debt-requests/match';
import { askBigOrganization, makeBigOrganization } from '../big-organization';
import { makeOrganization, makePerson } from '../factories';
import { settleDatabase } from './world';

/** Milliseconds. */
export interface MatchingTimes {
  match: number;
  preview: number;
  fill: number;
}

async function ask(size: number) {
  const organization = await makeOrganization();
  const head = await makePerson(organization, ['head']);
  const big = await makeBigOrganization(organization.id);
  const asked = await askBigOrganization(organization.id, big, size);
  await sql`update debt_requests set responsible_id = ${head.userId} where organization_id = ${organization.id}`;
  return { organization, head, big, asked };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** 25 houses, 22 500 accounts, 3 000 cases, `size` requests; the same figures for both sides, each over rows of its own. */
export async function timeMatching(size: number): Promise<{ ours: MatchingTimes; bare: MatchingTimes }> {
  const mine = await ask(size);
  await settleDatabase();
  const ids = mine.asked.map(({ id }) => id);
  const match = await timed(() => db.transaction((tx) => matchRequests(tx, mine.organization.id, ids)));
  const task = { action: 'fill' as const, selection: { filter: 'size=100' } };
  let stamp = '';
  const preview = await timed(async () => {
    const previewed = await previewBulk(mine.head, task);
    if (!previewed.ok) throw new Error(previewed.reason);
    stamp = previewed.preview.stamp;
  });
  const fill = await timed(async () => {
    const started = await startBulk(mine.head, { ...task, stamp });
    if (!started.ok) throw new Error(started.reason);
    while ((await carryBulk(new Date())) > 0);
  });

  const other = await ask(size);
  const placeOf = new Map(other.big.places.map((place) => [place.id, place]));
  const clean = other.asked.flatMap(({ id, truth }) => {
    const place = truth && placeOf.get(truth);
    return place ? [{ id, house: place.house.id, key: premisesKey(parsePremisesNumber(place.written)!) }] : [];
  });
  await sql`create table if not exists bench_keys (id uuid, house uuid, key text)`;
  await sql`truncate bench_keys`;
  await sql`insert into bench_keys select * from json_to_recordset(${JSON.stringify(clean)}::text::json) as k(id uuid, house uuid, key text)`;
  await settleDatabase();
  const bareMatch = await timed(
    () => sql`insert into debt_request_accounts (request_id, account_id)
      select k.id, ap.account_id from bench_keys k join premises p on p.house_id = k.house and p.key = k.key
        join account_premises ap on ap.premises_id = p.id`,
  );
  const verdicts = sql`select r.id, exists (select from debt_request_accounts a join court_cases c on c.account_id = a.account_id
      where a.request_id = r.id and c.decision in ('full', 'partial') and c.effective_on <= current_date and c.cancelled_on is null
        and c.collected < c.awarded and c.period_start >= r.period_start and c.period_end <= r.period_end) as has_debt
    from debt_requests r where r.organization_id = ${other.organization.id}`;
  const barePreview = await timed(() => sql`select has_debt, count(*) from (${verdicts}) v group by 1`);
  const bareFill = await timed(
    () =>
      sql`update debt_requests r set has_debt = v.has_debt, status = 'ready' from (${verdicts}) v where v.id = r.id`,
  );
  await sql`drop table bench_keys`;
  return { ours: { match, preview, fill }, bare: { match: bareMatch, preview: barePreview, fill: bareFill } };
}
