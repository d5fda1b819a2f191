import { MAX_FILE_BYTES } from '@/lib/debt-requests/answer-schema';
import type { FileInfo } from './answer-view';

export type UploadResult =
  | { ok: true; id: string; info: FileInfo }
  | { ok: false; signedOut: boolean; message: string };

/**
 * Uploads one file, telling the share that is through (0…1). XMLHttpRequest, since fetch does not report what it has
 * sent. What is surely too large is refused before a byte goes out.
 */
export function uploadFile(requestId: string, file: File, onShare: (share: number) => void): Promise<UploadResult> {
  if (file.size > MAX_FILE_BYTES) {
    return Promise.resolve(refused(`Файл «${file.name}» больше 5\u00a0МБ. Портал такие не\u00a0принимает.`));
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/files?${new URLSearchParams({ requestId })}`);
    // not in the address: names of files tell of people, and addresses stand in logs
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.responseType = 'json';
    request.upload.onprogress = (event) => onShare(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      const body = request.response as { file?: FileInfo & { id: string }; message?: string } | null;
      if (request.status === 200 && body?.file) {
        const { id, ...info } = body.file;
        return resolve({ ok: true, id, info });
      }
      resolve(
        refused(
          body?.message ?? `Файл «${file.name}» не\u00a0загрузился. Приложите его ещё раз.`,
          request.status === 401,
        ),
      );
    };
    request.onerror = () =>
      resolve(refused(`Файл «${file.name}» не\u00a0загрузился: нет связи с\u00a0сервером. Приложите его ещё раз.`));
    request.send(file);
  });
}

const refused = (message: string, signedOut = false): UploadResult => ({ ok: false, signedOut, message });
