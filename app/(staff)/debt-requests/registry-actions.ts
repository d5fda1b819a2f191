'use server';

import { redirect } from 'next/navigation';
import { staffAction } from '@/lib/action';
import { bulkIdSchema, confirmedSchema, startBulk, stopBulk } from '@/lib/debt-requests/bulk';
import { startExport, startExportSchema } from '@/lib/debt-requests/exports';
import { parseRegistryQuery, rememberSearch, searchSchema } from '@/lib/debt-requests/registry';
import {
  deleteFilter,
  filterIdSchema,
  preferencesSchema,
  saveFilter,
  saveFilterSchema,
  savePreferences,
} from '@/lib/staff/preferences';
import { registryHref } from './registry-href';

// a third parameter of the verb is a clock for tests, not for callers
export const startBulkAction = staffAction(confirmedSchema, (person, input) => startBulk(person, input), 'startBulk');
export const startExportAction = staffAction(startExportSchema, startExport);
export const stopBulkAction = staffAction(bulkIdSchema, stopBulk);
export const saveFilterAction = staffAction(saveFilterSchema, saveFilter);
export const deleteFilterAction = staffAction(filterIdSchema, deleteFilter);
export const savePreferencesAction = staffAction(preferencesSchema, savePreferences);
export const rememberSearchAction = staffAction(searchSchema, rememberSearch);

/** The search of a page without scripts: the text comes in the body of a form, the address line gets its id. */
export async function searchAction(params: unknown, form: unknown): Promise<void> {
  const query = parseRegistryQuery(Object.fromEntries(new URLSearchParams(typeof params === 'string' ? params : '')));
  const text = form instanceof FormData ? form.get('text') : null;
  const found = await rememberSearchAction({ text: typeof text === 'string' ? text.slice(0, 200) : '' });
  // without a session the registry itself leads to the log-in page
  redirect(registryHref(query, { search: found.ok ? found.search : null }));
}
