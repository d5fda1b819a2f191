import { accountsImport, balancesImport } from '@/lib/accounts/accounts-import';
import { housesImport } from '@/lib/accounts/houses-import';
import { courtCasesImport } from '@/lib/court-cases/cases-import';
import type { ImportKind } from './columns';

/** Every table that can be loaded from Excel. */
export const IMPORT_KINDS = {
  houses: housesImport,
  accounts: accountsImport,
  balances: balancesImport,
  courtCases: courtCasesImport,
} satisfies Record<string, ImportKind>;

export type ImportKindName = keyof typeof IMPORT_KINDS;

export const isImportKind = (name: string): name is ImportKindName => Object.hasOwn(IMPORT_KINDS, name);
