/**
 * Files that a page can show, by their stored extension (the content was compared with it at uploading). No SVG and no
 * text: what a browser might take for a page of ours is only ever downloaded. It has no viewer for tif.
 */
const KINDS: Record<string, 'pdf' | 'image'> = {
  pdf: 'pdf',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  bmp: 'image',
};

/** How a file with this extension (lower case, no dot) is shown; null = download only. */
export const viewKind = (extension: string): 'pdf' | 'image' | null => KINDS[extension] ?? null;
