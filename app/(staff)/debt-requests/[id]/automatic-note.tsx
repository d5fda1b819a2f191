import { Note } from '@/app/ui/note';
import { formatMomentInWords } from '@/lib/calendar/format';
import type { AutomaticFate } from '@/lib/debt-requests/autoanswer';
import { HoldButton } from '../hold-button';

interface AutomaticNoteProps {
  id: string;
  version: number;
  number: string;
  automatic: AutomaticFate;
  now: Date;
}

/** What the automatic answer will do with this request, and the way to keep it from that. */
export function AutomaticNote({ id, version, number, automatic, now }: AutomaticNoteProps) {
  const { next, held, mayHold } = automatic;
  return (
    <Note kind={held ? 'plain' : 'warn'} className="mb-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span>
          {held ? (
            <>
              Автоматически не&nbsp;отправляем: {held.name}, {formatMomentInWords(held.at, now)}
            </>
          ) : next.waitsFor ? (
            <>
              <b>Уйдёт автоматически: «отсутствует».</b> Пока автоответ ждёт: {next.waitsFor}.
            </>
          ) : (
            <>
              <b>Уйдёт автоматически: «отсутствует», {formatMomentInWords(next.at, now)}.</b> Если никто не&nbsp;ответит
              раньше.
            </>
          )}
        </span>
        {mayHold && <HoldButton id={id} version={version} number={number} held={held !== null} />}
      </div>
    </Note>
  );
}
