'use client';

import { useState } from 'react';
import { viewKind } from '@/lib/files/viewable';
import { FileViewer } from '../../files/file-viewer';
import { type FileInfo, formatSize } from './answer-view';

/** A file of the answer: its name downloads it; what the page can show has «Просмотр» beside the size. */
export function FileLink({ id, file }: { id: string; file: FileInfo | undefined }) {
  const [viewed, setViewed] = useState(false);
  const name = file?.name ?? 'Файл';
  return (
    <span className="nm">
      <a href={`/api/files/${id}`} title={name} download>
        {name}
      </a>
      {file && (
        <small>
          {formatSize(file.size)}
          {viewKind(file.extension) && (
            <>
              {' · '}
              <button className="link" type="button" aria-label={`Просмотр: ${name}`} onClick={() => setViewed(true)}>
                Просмотр
              </button>
              <FileViewer file={viewed ? { id, ...file } : null} onClose={() => setViewed(false)} />
            </>
          )}
        </small>
      )}
    </span>
  );
}
