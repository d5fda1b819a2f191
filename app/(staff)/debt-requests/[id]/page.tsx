import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { splitAddress } from '@/app/ui/address';
import { Icon } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';
import { currentPerson, requirePerson } from '@/lib/auth/session';
import { formatMomentInWords } from '@/lib/calendar/format';
import { moscowToday } from '@/lib/calendar/moscow';
import { deadlineInFull } from '@/lib/calendar/working-days';
import { getDebtRequest } from '@/lib/debt-requests/card';
import { STATUS_LABELS, type Status } from '@/lib/debt-requests/workflow';
import { EXTENSIONS } from '@/lib/files/content';
import { AnswerCard } from './answer-card';
import { answerOf, filesOf } from './answer-view';
import { barSentence } from './bar-sentence';
import { Facts } from './facts';
import { History } from './history';
import { RefusalNote } from './refusal-note';

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const person = await currentPerson();
  const card = person && (await getDebtRequest(person, (await params).id));
  return { title: card ? `Запрос №\u00a0${card.request.requestNumber}` : 'Запрос' };
}

/** Statuses in which nothing is owed: no countdown in the head. */
const SETTLED: readonly Status[] = ['answered', 'revoked'];

export default async function CardPage({ params }: Props) {
  const person = await requirePerson();
  const card = await getDebtRequest(person, (await params).id);
  if (!card) notFound();
  const now = new Date();
  const { request } = card;
  const deadline = deadlineInFull(moscowToday(now), request.responseDate);
  const { street, building, flat } = splitAddress(request.address, request.addressDetails, []);

  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="chead">
        <Link className="btn quiet sm flush" href="/debt-requests">
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
      </div>
      <AnswerCard
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
        sendsAs={card.sendsAs}
        extensions={EXTENSIONS}
        deadline={`${deadline.date}, ${[deadline.words, deadline.until].filter(Boolean).join(' ')}`}
        underWay={card.openItem !== null}
        savedAt={request.answerSavedAt && formatMomentInWords(request.answerSavedAt, now)}
        sentence={barSentence(card, now)}
        know={<Facts card={card} />}
        refusal={card.refusal && <RefusalNote card={card} now={now} />}
        history={<History events={card.events} now={now} />}
      />
    </main>
  );
}
