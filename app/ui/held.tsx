'use client';

import { type ReactNode, Suspense, useState } from 'react';

interface HeldProps {
  late: boolean;
  content: ReactNode;
  meanwhile: ReactNode;
}

/**
 * Holds the place of what comes late. It stays as it was first shown, however quick the server is the next time: another
 * shape of the tree would drop what a person has chosen and typed there.
 */
export function Held({ late, content, meanwhile }: HeldProps) {
  const [held] = useState(late);
  return held ? <Suspense fallback={meanwhile}>{content}</Suspense> : content;
}
