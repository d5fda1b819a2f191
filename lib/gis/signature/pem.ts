export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Has header lines (`Proc-Type: …`), which only the old encrypted form of OpenSSL uses. */
  readonly hasHeaders: boolean;
}

/** The PEM blocks (RFC 7468) of a text, in order; anything around them is skipped, a block without an end is no block. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*(?:-(?!----END)[^-]*)*)-----END \1-----/g);
  return Array.from(blocks, ([, label, body]) => ({
    label: label!,
    bytes: new Uint8Array(Buffer.from(body!, 'base64')),
    hasHeaders: body!.includes(':'),
  }));
}

/** One block with lines of 64 characters. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
