'use client';

import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useRef, useState, useTransition } from 'react';
import { FieldError } from '@/app/ui/field';
import { rememberSearchAction } from './debt-requests/registry-actions';
import { refusalInWords } from './refusal-words';

interface SearchBoxProps {
  label: string;
  /** What was searched for. */
  text: string;
  /** The list, with its other conditions; `search` is added. */
  path: string;
  params: Record<string, string>;
}

/** Searches by what may be a name: the address line gets the id of the search, never its text. */
export function SearchBox({ label, text, path, params }: SearchBoxProps) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const [busy, act] = useTransition();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    act(async () => {
      setProblem(undefined);
      const found = await rememberSearchAction({ text: input.current!.value });
      if (!found.ok) return setProblem(refusalInWords(found));
      const target = new URLSearchParams({ ...params, ...(found.search && { search: found.search }) }).toString();
      router.push(target ? `${path}?${target}` : path);
    });
  };
  return (
    <search>
      <form className="f" onSubmit={submit}>
        <label className="l" htmlFor="text">
          {label}
        </label>
        <div className="flex gap-2">
          <input
            className="in w-[260px]"
            id="text"
            maxLength={200}
            defaultValue={text}
            autoComplete="off"
            ref={input}
          />
          <button className="btn" type="submit">
            Найти
          </button>
        </div>
        <FieldError error={problem} />
      </form>
    </search>
  );
}
