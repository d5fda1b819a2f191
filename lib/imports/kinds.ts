import { housesImport } from '@/lib/accounts/houses-import';
import type { ImportKind } from './columns';

/** Every table that can be loaded from Excel. */
export const IMPORT_KINDS = { houses: housesImport } satisfies Record<string, ImportKind>;

export type ImportKindName = keyof typeof IMPORT_KINDS;

export const isImportKind = (name: string): name is ImportKindName => Object.hasOwn(IMPORT_KINDS, name);
