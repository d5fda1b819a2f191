interface DeadlineProps {
  /** «19.11» */
  date: string;
  /** «сегодня», «3 раб. дня»; null where nothing is owed any more. */
  words: string | null;
  tone: 'past' | 'today' | 'soon' | 'later';
  /** The whole date, for the tooltip. */
  full: string;
}

/** Date, then what is left of the term. */
export function Deadline({ date, words, tone, full }: DeadlineProps) {
  const kind = words === null ? 'done' : tone === 'later' ? '' : tone;
  return (
    <span className={`due ${kind}`} title={`${full}, до\u00a024:00 по\u00a0Москве`}>
      <span className="d num">{date}</span>
      <span className="w">
        {words ?? (
          <>
            <span aria-hidden="true">—</span>
            <span className="sr">ответ не ожидается</span>
          </>
        )}
      </span>
    </span>
  );
}
