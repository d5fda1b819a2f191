import type { AnswerInput } from '@/lib/debt-requests/answer-schema';
import type { Dictionary, FileInfo } from './answer-view';
import { FileLink } from './file-link';

interface AnswerTextProps {
  answer: AnswerInput;
  files: Record<string, FileInfo>;
  documentTypes: Dictionary[];
  identityTypes: Dictionary[];
}

/** The answer where it cannot be changed: plain text, not fields that do not work. */
export function AnswerText({ answer, files, documentTypes, identityTypes }: AnswerTextProps) {
  const nameOf = (list: Dictionary[], code: string | null) => list.find((item) => item.code === code)?.name ?? code;
  const links = (list: { id: string; documentTypeCode?: string | null }[]) =>
    list.length > 0 && (
      <ul className="files">
        {list.map(({ id, documentTypeCode }) => (
          <li key={id}>
            <span className="ext">{files[id]?.extension.toUpperCase()}</span>
            <FileLink id={id} file={files[id]} />
            {documentTypeCode && <span className="q2">{nameOf(documentTypes, documentTypeCode)}</span>}
          </li>
        ))}
      </ul>
    );
  return (
    <>
      <dl className="facts">
        <dt>Задолженность</dt>
        <dd>
          {answer.hasDebt === null ? 'не\u00a0заполнено' : <b>{answer.hasDebt ? 'существует' : 'отсутствует'}</b>}
        </dd>
        {answer.description && (
          <>
            <dt>Комментарий</dt>
            <dd className="whitespace-pre-line">{answer.description}</dd>
          </>
        )}
      </dl>
      {answer.debtors.length > 0 && (
        <div className="sec">
          <div className="sec-h">
            <h2>Должники: {answer.debtors.length}</h2>
          </div>
          <div className="debtors">
            {answer.debtors.map((debtor, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a saved list that does not change while it is shown
              <section className="debtor" key={i} aria-label={`Должник ${i + 1}`}>
                <h3>{[debtor.lastName, debtor.firstName, debtor.middleName].filter(Boolean).join(' ')}</h3>
                <dl className="facts my-1">
                  {debtor.snils && (
                    <>
                      <dt>СНИЛС</dt>
                      <dd className="num">{debtor.snils}</dd>
                    </>
                  )}
                  {debtor.documentTypeCode && (
                    <>
                      <dt>{nameOf(identityTypes, debtor.documentTypeCode)}</dt>
                      <dd className="num">
                        {[debtor.documentSeries, debtor.documentNumber].filter(Boolean).join(' ')}
                      </dd>
                    </>
                  )}
                </dl>
                {links(debtor.files)}
              </section>
            ))}
          </div>
        </div>
      )}
      {answer.files.length > 0 && (
        <div className="sec">
          <div className="sec-h">
            <h2>Файлы к&nbsp;ответу: {answer.files.length}</h2>
          </div>
          {links(answer.files)}
        </div>
      )}
    </>
  );
}
