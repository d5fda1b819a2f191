'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Renders the page again while something on it is under way; a page that is not seen rests. */
export function Refresh({ seconds }: { seconds: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh();
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [router, seconds]);
  return null;
}
