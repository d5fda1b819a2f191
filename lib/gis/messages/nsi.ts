import { VERSIONS } from '@/lib/gis/formats';
import { element, envelope, type Header, SIGNED_ID } from './envelope';

/**
 * Asks for one common dictionary (nsi-common:exportNsiItemRequest), to be signed.
 * `registryNumber`: 95 identity documents, 358 documents that confirm a debt.
 */
export function exportNsiItemMessage(header: Header, registryNumber: number): string {
  return envelope(
    'nsi',
    header,
    `<nc:exportNsiItemRequest Id="${SIGNED_ID}" base:version="${VERSIONS.exportNsiItemRequest}">` +
      element('nc:RegistryNumber', String(registryNumber)) +
      element('nsi:ListGroup', 'NSI') +
      '</nc:exportNsiItemRequest>',
  );
}
