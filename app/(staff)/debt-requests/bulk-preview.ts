import type { BulkAction, BulkPreview } from '@/lib/debt-requests/bulk';

export type BulkSelection = { ids: string[] } | { filter: string } | { file: string };

export interface BulkTask {
  action: BulkAction;
  selection: BulkSelection;
}

/** Asks what a mass work would do; a sentence in place of it when that cannot be said. */
export async function fetchPreview(task: BulkTask, signal: AbortSignal): Promise<BulkPreview | { problem: string }> {
  const response = await fetch('/api/debt-requests/bulk/preview', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(task),
    signal,
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as BulkPreview;
  return { problem: (answer as { message?: string } | null)?.message ?? 'Сервер не\u00a0ответил. Повторите.' };
}
