'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/app/ui/button';
import { Note } from '@/app/ui/note';
import { viewKind } from '@/lib/files/viewable';

export interface ViewedFile {
  id: string;
  name: string;
  /** Lower case, without a dot. */
  extension: string;
}

interface FileViewerProps {
  /** null = closed. Only what `viewKind` knows can be shown; anything else is offered for downloading. */
  file: ViewedFile | null;
  /** Esc, «Закрыть», a click beside the window. The focus goes back to where it was. */
  onClose: () => void;
}

type State = { kind: 'asking' } | { kind: 'shown' } | { kind: 'failed'; message: string };

/**
 * A file over the page: a picture, or a PDF in the browser's own viewer. The frame carries no `sandbox` of its own, as
 * Chromium's viewer does not open in one; the response is sandboxed instead (VIEW_POLICY). Where a browser has no viewer,
 * «Скачать» and the new tab remain.
 */
export function FileViewer({ file, onClose }: FileViewerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (file && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>('[data-first]')?.focus();
    }
    if (!file && element.open) element.close();
  }, [file]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc does the same for the keyboard
    <dialog
      ref={dialog}
      className="dlg h-[calc(100vh-32px)] w-[1100px] overflow-hidden p-0"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // the backdrop belongs to the dialog, everything in it is a child
        if (event.target === dialog.current) onClose();
      }}
    >
      {file && (
        <div className="flex h-full flex-col">
          <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
            <h2 id={title} className="m-0 mr-auto min-w-0 break-words text-xl">
              {file.name}
            </h2>
            <a className="btn" href={`/api/files/${file.id}`} download>
              Скачать
            </a>
            {viewKind(file.extension) && (
              <a className="btn" href={viewAddress(file)} target="_blank" rel="noreferrer">
                Открыть в&nbsp;новой вкладке
              </a>
            )}
            <Button onClick={onClose} data-first>
              Закрыть
            </Button>
          </div>
          <Content key={file.id} file={file} />
        </div>
      )}
    </dialog>
  );
}

const viewAddress = (file: ViewedFile): string => `/api/files/${file.id}/view`;

/** Asks first whether the file can be had: a frame would show the refusal as bare data. */
function Content({ file }: { file: ViewedFile }) {
  const kind = viewKind(file.extension);
  const [state, setState] = useState<State>({ kind: 'asking' });

  useEffect(() => {
    if (!kind) return;
    const control = new AbortController();
    fetch(`/api/files/${file.id}/view`, { method: 'HEAD', signal: control.signal }).then(
      (response) => setState(response.ok ? { kind: 'shown' } : { kind: 'failed', message: inWords(response.status) }),
      () => !control.signal.aborted && setState({ kind: 'failed', message: NO_CONNECTION }),
    );
    return () => control.abort();
  }, [file.id, kind]);

  if (!kind) {
    return (
      <p className="p-4">
        Файл {file.extension} на&nbsp;странице не&nbsp;показать. Его можно скачать и&nbsp;открыть в&nbsp;своей
        программе.
      </p>
    );
  }
  if (state.kind === 'asking') {
    return (
      <p className="p-4" role="status">
        Файл загружается.
      </p>
    );
  }
  if (state.kind === 'failed') {
    return (
      <Note kind="bad" alert className="m-4">
        {state.message}
      </Note>
    );
  }
  if (kind === 'image') {
    return (
      <div className="flex min-h-0 grow items-center justify-center bg-sunken p-4">
        {/* biome-ignore lint/performance/noImgElement: an optimizer would keep copies of personal documents */}
        <img
          className="max-h-full max-w-full object-contain"
          src={viewAddress(file)}
          alt={file.name}
          onError={() => setState({ kind: 'failed', message: BROKEN })}
        />
      </div>
    );
  }
  return <iframe className="min-h-0 w-full grow border-0 bg-sunken" src={viewAddress(file)} title={file.name} />;
}

const NO_CONNECTION = 'Связи с\u00a0сервером нет. Закройте окно и\u00a0откройте файл снова.';
const BROKEN = 'Браузер не\u00a0смог показать эту картинку. Скачайте файл и\u00a0откройте его в\u00a0своей программе.';

function inWords(status: number): string {
  if (status === 401) return 'Сеанс закончился. Войдите снова и\u00a0откройте файл.';
  if (status === 404) return 'Файла больше нет.';
  return `Файл не\u00a0открылся: ошибка сервера ${status}. Попробуйте скачать его.`;
}
