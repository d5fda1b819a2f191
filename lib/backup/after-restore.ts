import type { ISql } from 'postgres';
import { RESTORE } from '@/lib/debt-requests/restored';
import { MESSAGE_LIMIT } from '@/lib/gis/formats';

export interface Restored {
  /** Answers of which it is not known whether they were sent after the backup: each is looked for at the portal. */
  unknownAnswers: number;
  /** Withdrawals that were on their way: a person decides again. */
  droppedWithdrawals: number;
  /** Organizations whose automatic answer was on, and is off now. */
  automaticOff: string[];
}

const WHY = 'База данных восстановлена из резервной копии.';
const UNKNOWN = `${WHY} Неизвестно, дошёл ли ответ до портала: спрашиваем его.`;
const WITHDRAWAL = `${WHY} Неизвестно, отозван ли ответ: посмотрите, что на портале, и отзовите его ещё раз, если нужно.`;

/**
 * What is different in a restored database: it does not know what was done after the backup, so nothing that was on its way
 * goes on by itself.
 *
 * - An answer on its way may have arrived since: its message is `unknown`, so the portal is asked by GUID first (`receive.ts`
 *   settles it: accepted, the identical content again, or a person). What waited for a message gets such a one.
 * - A withdrawal may by now take back a newer answer: it ends, and a person decides again.
 * - Nothing new leaves before a receiving that began after the restore (`lib/debt-requests/restored.ts`), so receivings under
 *   way end as failed and their replies, which are of the past, are not waited for.
 * - Mass works and answers out of a file stop, the automatic answer is switched off: they would answer what may be answered.
 * - Letters that waited may have been sent; invitations that were open may have been used; sessions end.
 */
export async function afterRestore(tx: ISql): Promise<Restored> {
  await tx`delete from leases`;
  await tx`delete from worker_state`;
  await tx`
    insert into job_runs (job, last_started_at, last_succeeded_at) values (${RESTORE}, now(), now())
    on conflict (job) do update set last_started_at = now(), last_succeeded_at = now(), last_error = null`;

  await tx`
    update exchanges set state = 'refused', error_kind = 'transport', error_text = ${WHY}, finished_at = now(),
      lease_until = null, lease_token = null
    where operation <> 'importResponses' and state in ('queued', 'submitting', 'acknowledged', 'unknown')`;
  await tx`
    update sync_runs set state = 'failed', error_text = ${WHY}, finished_at = now() where state = 'running'`;

  const withdrawals = await tx`
    update exchange_items set state = 'refused', error_kind = 'unknown', error_text = ${WITHDRAWAL}, finished_at = now()
    where state = 'open' and action_type = 'Revoke'`;
  await tx`
    update exchanges set state = 'unknown', error_kind = 'transport', error_text = ${UNKNOWN},
      lease_until = null, lease_token = null
    where operation = 'importResponses' and state in ('queued', 'submitting', 'acknowledged', 'unknown')`;
  await tx`
    with waiting as materialized (
      select id, organization_id,
        (row_number() over (partition by organization_id order by id) - 1) / ${MESSAGE_LIMIT}::int as part
      from exchange_items where state = 'open' and exchange_id is null
    ), messages as materialized (
      select organization_id, part, gen_random_uuid() as id from waiting group by organization_id, part
    ), made as (
      insert into exchanges (id, organization_id, service, operation, state, error_kind, error_text)
      select id, organization_id, 'debtRequests', 'importResponses', 'unknown', 'transport', ${UNKNOWN} from messages
    )
    update exchange_items set exchange_id = messages.id
    from waiting join messages using (organization_id, part) where exchange_items.id = waiting.id`;
  await tx`
    update exchanges set state = 'refused', finished_at = now()
    where operation = 'importResponses' and state = 'unknown'
      and not exists (select from exchange_items where exchange_id = exchanges.id and exchange_items.state = 'open')`;
  await tx`
    insert into exchanges (organization_id, service, operation, query)
    select message.organization_id, 'debtRequests', 'exportDebtSubrequests', jsonb_build_object(
      'kind', 'subrequests', 'subrequestGuids', jsonb_agg(debt_requests.subrequest_guid order by item.id),
      'purpose', 'unknown', 'aboutExchangeId', message.id)
    from exchanges message
    join exchange_items item on item.exchange_id = message.id and item.state = 'open'
    join debt_requests on debt_requests.id = item.request_id
    where message.operation = 'importResponses' and message.state = 'unknown'
    group by message.id`;
  const [unknown] = await tx<{ count: number }[]>`
    select count(*)::int as count from exchange_items where state = 'open'`;

  await tx`
    update bulk_items set state = 'stopped'
    where state = 'waiting' and run_id in (select id from bulk_runs where state = 'running')`;
  await tx`update bulk_runs set state = 'stopped', finished_at = now() where state = 'running'`;
  await tx`
    update answer_files set state = 'failed', bytes = null, finished_at = now(),
      refusal = ${`${WHY} Загрузка остановлена: загрузите файл ещё раз.`}
    where state = 'applying'`;
  await tx`
    update auto_runs set state = 'stopped', waits_for = null, finished_at = now() where state in ('waiting', 'running')`;
  const automatic = await tx<{ name: string }[]>`
    update organizations set auto_answer = 'off' where auto_answer <> 'off' returning name`;

  await tx`update letters set state = 'failed', last_error = ${WHY} where state = 'waiting'`;
  await tx`update notifications set lettered_at = now() where lettered_at is null`;
  await tx`update invitations set expires_at = now() where used_at is null and expires_at > now()`;
  // people may have got newer numbers after the backup: those sessions end as well
  await tx`update users set token_version = token_version + 1000`;
  return {
    unknownAnswers: unknown!.count,
    droppedWithdrawals: withdrawals.count,
    automaticOff: automatic.map(({ name }) => name),
  };
}
