'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState, useTransition } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import type { CaseFile } from '@/lib/court-cases/case-files';
import { formatSize } from '../../debt-requests/[id]/answer-view';
import { refusalInWords } from '../../refusal-words';
import { removeCaseFileAction } from '../actions';

interface ScansProps {
  caseId: string;
  files: CaseFile[];
  mayKeep: boolean;
}

/** Scans of the case: they are attached to an answer that is filled in by it. */
export function Scans({ caseId, files, mayKeep }: ScansProps) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const [busy, act] = useTransition();
  const upload = (chosen: File[]) =>
    act(async () => {
      const wrong: string[] = [];
      for (const file of chosen) {
        try {
          const response = await fetch(`/api/court-cases/files?caseId=${caseId}`, {
            method: 'POST',
            headers: { 'X-File-Name': encodeURIComponent(file.name) },
            body: file,
          });
          if (!response.ok) wrong.push((await response.json()).message);
        } catch {
          wrong.push(`Файл «${file.name}» не\u00a0загрузился: нет связи с\u00a0«Откликом».`);
        }
      }
      setProblems(wrong);
      router.refresh();
    });
  const remove = (id: string) =>
    act(async () => {
      const result = await removeCaseFileAction({ id });
      setProblems(result.ok ? [] : [refusalInWords(result)]);
      router.refresh();
    });
  return (
    <section className="pad grid gap-3 pb-5 max-w-[1000px]" aria-labelledby="scans">
      <h2 id="scans">Сканы: {files.length}</h2>
      {problems.map((problem) => (
        <Note kind="bad" alert key={problem}>
          {problem}
        </Note>
      ))}
      {files.length > 0 && (
        <ul className="grid gap-1">
          {files.map((file) => (
            <li className="flex items-center gap-3" key={file.id}>
              <a href={`/api/court-cases/files/${file.id}`} download>
                {file.name}
              </a>
              <span className="q2">{formatSize(file.size)}</span>
              {mayKeep && (
                <Button small kind="quiet" unavailable={busy} onClick={() => remove(file.id)}>
                  Убрать<span className="sr"> {file.name}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayKeep && (
        <div>
          <Button small unavailable={busy} onClick={() => input.current?.click()}>
            {busy ? 'Загружается…' : 'Приложить скан'}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            multiple
            aria-label="Сканы дела"
            onChange={(event) => {
              const chosen = [...(event.target.files ?? [])];
              // the same file may be chosen again after a refusal
              event.target.value = '';
              if (chosen.length > 0) upload(chosen);
            }}
          />
        </div>
      )}
    </section>
  );
}
