'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

/**
 * Asks before what was typed is lost: the browser's own question on closing and reloading, ours on links of the page.
 * Back and forward of the browser inside the app cannot be held.
 */
export function useLeaveGuard(dirty: boolean) {
  const router = useRouter();
  const [target, setTarget] = useState<string | null>(null);

  useEffect(() => {
    if (!dirty) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    // in the capture phase: before Next's own handler of the link
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]');
      if (!link || link.target === '_blank' || link.hasAttribute('download')) return;
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (link.origin !== window.location.origin || link.getAttribute('href')!.startsWith('#')) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(link.pathname + link.search);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [dirty]);

  return {
    asked: target !== null,
    go: (href: string) => (dirty ? setTarget(href) : router.push(href)),
    stay: () => setTarget(null),
    leave: () => {
      setTarget(null);
      router.push(target!);
    },
  };
}
