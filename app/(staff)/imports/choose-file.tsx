'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';

interface ChooseFileProps {
  /** Where the file is sent, and under which address it is then shown by its id. */
  url: string;
  next: string;
  sample: { href: string; label: string };
}

/** Sends the chosen table and goes to where it is checked. */
export function ChooseFile({ url, next, sample }: ChooseFileProps) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (file: File) => {
    setProblem(null);
    setBusy(true);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'X-File-Name': encodeURIComponent(file.name) },
        body: file,
      });
      const reply = await response.json();
      if (response.ok) router.push(`${next}/${reply.id}`);
      else setProblem(reply.message);
    } catch {
      setProblem('Файл не\u00a0дошёл: нет связи с\u00a0«Откликом». Выберите его снова.');
    }
    setBusy(false);
  };
  return (
    <div className="grid gap-3">
      {problem && (
        <Note kind="bad" alert>
          {problem}
        </Note>
      )}
      <div className="flex gap-3">
        <Button kind="main" unavailable={busy} onClick={() => input.current?.click()}>
          {busy ? 'Загружается…' : 'Выбрать файл'}
        </Button>
        <a className="btn" href={sample.href} download>
          {sample.label}
        </a>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept=".xlsx"
        aria-label="Файл .xlsx"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // the same file may be chosen again after a refusal
          event.target.value = '';
          if (file) void send(file);
        }}
      />
    </div>
  );
}
