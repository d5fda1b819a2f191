'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/**
 * Back and forward of the browser show the page that it kept: what was sent meanwhile would stand there as not sent. So
 * the page asks the server again. What is typed into a form stays.
 */
export function FreshOnReturn() {
  const router = useRouter();
  useEffect(() => {
    const moved = (event: PopStateEvent) => {
      // a step to an anchor of this page has no state of Next's, and a refresh would take the anchor away
      if (event.state !== null) router.refresh();
    };
    const restored = (event: PageTransitionEvent) => event.persisted && router.refresh();
    window.addEventListener('popstate', moved);
    window.addEventListener('pageshow', restored);
    return () => {
      window.removeEventListener('popstate', moved);
      window.removeEventListener('pageshow', restored);
    };
  }, [router]);
  return null;
}
