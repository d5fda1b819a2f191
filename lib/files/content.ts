import { fileTypeFromBuffer } from 'file-type';

/** The manual's extensions (РИАС line 209) and what the content of each must be. `null` = text without a signature. */
const KINDS: Record<string, { contentType: string; detected: readonly string[] | null }> = {
  pdf: { contentType: 'application/pdf', detected: ['pdf'] },
  docx: {
    contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    detected: ['docx'],
  },
  doc: { contentType: 'application/msword', detected: ['cfb'] },
  rtf: { contentType: 'application/rtf', detected: ['rtf'] },
  txt: { contentType: 'text/plain', detected: null },
  jpeg: { contentType: 'image/jpeg', detected: ['jpg'] },
  jpg: { contentType: 'image/jpeg', detected: ['jpg'] },
  bmp: { contentType: 'image/bmp', detected: ['bmp'] },
  tif: { contentType: 'image/tiff', detected: ['tif'] },
  tiff: { contentType: 'image/tiff', detected: ['tif'] },
  gif: { contentType: 'image/gif', detected: ['gif'] },
  odt: { contentType: 'application/vnd.oasis.opendocument.text', detected: ['odt'] },
  xls: { contentType: 'application/vnd.ms-excel', detected: ['cfb'] },
  xlsx: { contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', detected: ['xlsx'] },
  png: { contentType: 'image/png', detected: ['png'] },
};

export const EXTENSIONS = Object.keys(KINDS);

/** Types that clients of the portal list themselves (PROTOCOL §7); the others may be refused there (ExtensionException). */
const SURELY_ACCEPTED = ['pdf', 'xls', 'xlsx', 'doc', 'docx', 'rtf', 'jpg', 'jpeg', 'tif', 'tiff'];

export const contentTypeOf = (extension: string): string => KINDS[extension]?.contentType ?? 'application/octet-stream';

/**
 * Is the content what the name says? Refuses an unknown extension and a content that differs from it, as the portal
 * would (DetectionException), in a sentence that says what to do.
 */
export async function examineFile(
  name: string,
  bytes: Uint8Array,
): Promise<{ ok: true; extension: string; warning: string | null } | { ok: false; message: string }> {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = KINDS[extension];
  if (!kind) {
    return { ok: false, message: `Файл «${name}» не подходит. Можно приложить: ${EXTENSIONS.join(', ')}.` };
  }
  const detected = await fileTypeFromBuffer(bytes);
  const fits = kind.detected ? kind.detected.includes(detected?.ext ?? '') : !detected && !bytes.includes(0);
  if (!fits) {
    return {
      ok: false,
      message: `Содержимое файла «${name}» не похоже на ${extension}. Сохраните его в нужном формате и приложите снова.`,
    };
  }
  const warning = SURELY_ACCEPTED.includes(extension)
    ? null
    : `Портал принимает ${extension} не всегда. Надёжнее pdf, doc, docx, xls, xlsx, rtf, jpg или tif.`;
  return { ok: true, extension, warning };
}
