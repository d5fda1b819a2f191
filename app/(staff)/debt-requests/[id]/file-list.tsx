'use client';

import { type ReactNode, useRef, useState } from 'react';
import { Button } from '@/app/ui/button';
import { FieldError } from '@/app/ui/field';
import { Progress } from '@/app/ui/progress';
import { Icon } from '@/app/ui/sprite';
import { MAX_FILES } from '@/lib/debt-requests/answer-schema';
import type { FileInfo } from './answer-view';
import { FileLink } from './file-link';
import { uploadFile } from './upload';

export interface FilesProps {
  requestId: string;
  /** What can be attached: «pdf», «docx» … */
  extensions: string[];
  known: Record<string, FileInfo>;
  /** A file is on the server now: its place in the answer is the form's. */
  onUploaded: (id: string, info: FileInfo) => void;
  /** How many more (or fewer) are on their way. */
  onUploading: (change: number) => void;
  onSignedOut: () => void;
}

interface FileListProps extends FilesProps {
  ids: string[];
  /** «к ответу», «к должнику 1»: tells the same buttons apart for a screen reader. */
  to: string;
  onRemove: (index: number) => void;
  /** The select of the document's type, where the protocol has one. */
  typeOf?: (index: number) => ReactNode;
  error?: string | undefined;
}

interface Upload {
  key: number;
  name: string;
  share: number;
}

let uploads = 0;

/** Files of one place of the answer: what is there, what is on its way, what was refused and why. */
export function FileList({
  ids,
  to,
  onRemove,
  typeOf,
  error,
  requestId,
  extensions,
  known,
  onUploaded,
  onUploading,
  onSignedOut,
}: FileListProps) {
  const input = useRef<HTMLInputElement>(null);
  const [going, setGoing] = useState<Upload[]>([]);
  const [problems, setProblems] = useState<string[]>([]);
  const room = MAX_FILES - ids.length - going.length;

  // one after another: they keep the order in which they were chosen
  const upload = async (list: { key: number; file: File }[]) => {
    setGoing((all) => [...all, ...list.map(({ key, file }) => ({ key, name: file.name, share: 0 }))]);
    onUploading(list.length);
    for (const { key, file } of list) {
      const result = await uploadFile(requestId, file, (share) =>
        setGoing((all) => all.map((item) => (item.key === key ? { ...item, share } : item))),
      );
      setGoing((all) => all.filter((item) => item.key !== key));
      onUploading(-1);
      if (result.ok) onUploaded(result.id, result.info);
      else {
        setProblems((all) => [...all, result.message]);
        if (result.signedOut) onSignedOut();
      }
    }
  };

  const choose = (chosen: File[]) => {
    setProblems(
      chosen.length > room
        ? [
            `Можно приложить до\u00a0${MAX_FILES}\u00a0файлов. Не\u00a0приложены: ${chosen
              .slice(room)
              .map((file) => `«${file.name}»`)
              .join(', ')}.`,
          ]
        : [],
    );
    void upload(chosen.slice(0, room).map((file) => ({ key: ++uploads, file })));
  };

  return (
    <>
      {ids.length + going.length > 0 && (
        <ul className="files">
          {ids.map((id, index) => {
            const file = known[id];
            const name = file?.name ?? 'Файл';
            return (
              <li key={id}>
                <span className="ext">{file?.extension.toUpperCase()}</span>
                <FileLink id={id} file={file} />
                {typeOf?.(index)}
                <button className="ic" type="button" aria-label={`Убрать файл ${name}`} onClick={() => onRemove(index)}>
                  <Icon name="close" size={10} />
                </button>
                {file?.warning && <p className="hint text-warn wide-row pb-1">{file.warning}</p>}
              </li>
            );
          })}
          {going.map((item) => (
            <li key={item.key}>
              <span className="ext">…</span>
              <span className="nm">
                {item.name}
                <small>Загружается: {Math.round(item.share * 100)}&nbsp;%</small>
              </span>
              <Progress share={item.share} label={`Загрузка файла ${item.name}`} />
            </li>
          ))}
        </ul>
      )}
      <div role="alert">
        {problems.map((problem) => (
          <FieldError key={problem} error={problem} />
        ))}
      </div>
      <FieldError error={error} />
      <Button
        kind="quiet"
        small
        className="flush mt-1"
        unavailable={room <= 0}
        aria-label={room > 0 ? `Прикрепить файл ${to}` : `Прикрепить файл ${to}: уже ${MAX_FILES}`}
        onClick={() => input.current?.click()}
      >
        Прикрепить файл
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={extensions.map((extension) => `.${extension}`).join(',')}
        aria-label={`Файлы ${to}`}
        onChange={(event) => {
          choose([...(event.target.files ?? [])]);
          // the same file may be chosen again after a refusal
          event.target.value = '';
        }}
      />
    </>
  );
}
