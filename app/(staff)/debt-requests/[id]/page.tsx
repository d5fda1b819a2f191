import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { splitAddress } from '@/app/ui/address';
import { Note } from '@/app/ui/note';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { recordAccess } from '@/lib/auth/access-log';
import { currentPerson, requirePerson } from '@/lib/auth/session';
import { formatMomentInWords } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { deadlineInFull } from '@/lib/calendar/working-days';
import { listColleagues } from '@/lib/debt-requests/assign';
import { automaticFate } from '@/lib/debt-requests/autoanswer';
import { explainAnswer, peopleOf } from '@/lib/debt-requests/autofill';
import { getDebtRequest, previousAnswers } from '@/lib/debt-requests/card';
import { proofAvailability } from '@/lib/debt-requests/proof';
import { neighboursOf, parseRegistryQuery, registryParams } from '@/lib/debt-requests/registry';
import { STATUS_LABELS, type Status } from '@/lib/debt-requests/workflow';
import { exchangesOf } from '@/lib/exchange/journal';
import { EXTENSIONS } from '@/lib/files/content';
import { markRequestRead } from '@/lib/notifications/notifications';
import { ownCalendar } from '@/lib/staff/calendar';
import { VerifyPanel } from '../verify-panel';
import { AnswerCard } from './answer-card';
import { answerOf, choiceOf, filesOf } from './answer-view';
import { AutomaticNote } from './automatic-note';
import { barSentence } from './bar-sentence';
import { ExchangeList } from './exchange-list';
import { Facts } from './facts';
import { History } from './history';
import { Neighbours } from './neighbours';
import { PortalNote } from './portal-note';
import { PrintButton } from './print-button';
import { RefusalNote } from './refusal-note';

interface Props {
  params: Promise<{ id: string }>;
  /** Those of the registry that the card was opened from. */
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const person = await currentPerson();
  const card = person && (await getDebtRequest(person, (await params).id));
  return { title: card ? `Запрос №\u00a0${card.request.requestNumber}` : 'Запрос' };
}

/** Statuses in which nothing is owed: no countdown in the head. */
const SETTLED: readonly Status[] = ['answered', 'revoked'];

export default async function CardPage({ params, searchParams }: Props) {
  const person = await requirePerson();
  const card = await getDebtRequest(person, (await params).id);
  if (!card) notFound();
  const now = new Date();
  const { request } = card;
  const query = parseRegistryQuery(await searchParams);
  const mayGive = card.actions.delegate.available || card.actions.returnForRework.available;
  const [place, before, attempts, proof, explanation, people, colleagues, calendar, automatic] = await Promise.all([
    neighboursOf(person, query, request.id, now),
    previousAnswers(person, request),
    exchangesOf(person, request.id),
    proofAvailability(person, request.id),
    explainAnswer(person, request, now),
    card.actions.saveDraft.available ? peopleOf(request.id) : [],
    mayGive ? listColleagues(person, request.divisionId ? [request.divisionId] : null) : [],
    ownCalendar(person),
    automaticFate(person, request, now),
    recordAccess(person, 'openRequest', { requestId: request.id }),
    markRequestRead(person, request.id),
  ]);
  // the list opens at the page where the request stands now, however far one walked from the first
  const page = place?.position ? Math.ceil(place.position / query.size) : query.page;
  const filter = registryParams({ ...query, page }).toString();
  const list = filter && `?${filter}`;
  const hrefOf = (id: string) => `/debt-requests/${id}${list}`;
  const back = `/debt-requests${list}`;
  const deadline = deadlineInFull(moscowToday(now), request.responseDate, calendar);
  const { street, building, flat } = splitAddress(request.address, request.addressDetails, []);

  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="chead">
        <Link className="btn quiet sm flush" href={back}>
          <Icon name="left" /> Реестр
        </Link>
        <h1>
          Запрос №&nbsp;<span className="num">{request.requestNumber}</span>
        </h1>
        {/* changes without a reload: a screen reader hears the new word */}
        <span role="status">
          <StatusMark shape={request.status} label={STATUS_LABELS[request.status]} />
        </span>
        <p className="dl">
          Крайний срок ответа
          <b>
            <span className="num">{deadline.date}</span>
            {!SETTLED.includes(request.status) && (
              <>
                , <span className={deadline.tone}>{deadline.words}</span> {deadline.until}
              </>
            )}
          </b>
        </p>
        {proof.available && (
          <a className="btn quiet sm" href={`/api/debt-requests/${request.id}/proof`} download>
            Скачать подтверждение
          </a>
        )}
        <PrintButton />
        {place && <Neighbours place={place} href={hrefOf} />}
      </div>
      <AnswerCard
        // what was typed belongs to one request
        key={request.id}
        id={request.id}
        number={request.requestNumber}
        address={[street, building, flat].filter(Boolean).join(', ')}
        status={request.status}
        version={request.version}
        answer={answerOf(card)}
        files={filesOf(card)}
        actions={card.actions}
        documentTypes={card.documentTypes}
        identityTypes={card.identityTypes}
        snilsRequired={card.snilsRequired}
        people={people.map(choiceOf)}
        sendsAs={card.sendsAs}
        colleagues={colleagues}
        assigneeName={card.assigneeName}
        extensions={EXTENSIONS}
        deadline={`${deadline.date}, ${[deadline.words, deadline.until].filter(Boolean).join(' ')}`}
        underWay={card.openItem !== null}
        savedAt={request.answerSavedAt && formatMomentInWords(request.answerSavedAt, now)}
        sentence={barSentence(card, now)}
        ways={{
          back,
          previous: place?.previousId ? hrefOf(place.previousId) : null,
          next: place?.nextId ? hrefOf(place.nextId) : null,
        }}
        know={<Facts card={card} explanation={explanation} before={before} now={now} calendar={calendar} />}
        notice={
          <>
            {card.instruction && (
              <Note kind={card.instruction.kind === 'returned' ? 'warn' : 'info'} className="mb-4">
                <b>
                  {card.instruction.kind === 'returned' ? 'Возвращено на\u00a0доработку' : 'Делегировано'}{' '}
                  {formatMomentInWords(card.instruction.at, now)}
                  {card.instruction.by && `, ${card.instruction.by}`}
                </b>
                <p className="m-0 whitespace-pre-wrap">{card.instruction.text}</p>
              </Note>
            )}
            {card.refusal && (
              <RefusalNote card={card} exchangeId={attempts[0]?.exchangeId ?? null} now={now} calendar={calendar} />
            )}
            <PortalNote card={card} now={now} />
            {automatic && (
              <AutomaticNote
                id={request.id}
                version={request.version}
                number={request.requestNumber}
                automatic={automatic}
                now={now}
              />
            )}
            {request.verification === 'required' && (
              <Note kind="warn" className="mb-4">
                <b>«Да» заполнено по&nbsp;судебным делам и&nbsp;ждёт подтверждения</b>
                {card.actions.confirmDebt.available ? (
                  <VerifyPanel
                    id={request.id}
                    version={request.version}
                    number={request.requestNumber}
                    today={moscowToday(now)}
                  />
                ) : (
                  <p className="m-0">Подтверждает служба работы с&nbsp;должниками. Без этого ответ не&nbsp;уйдёт.</p>
                )}
              </Note>
            )}
          </>
        }
        after={
          <>
            <History events={card.events} now={now} />
            <ExchangeList attempts={attempts} now={now} />
          </>
        }
      />
    </main>
  );
}
