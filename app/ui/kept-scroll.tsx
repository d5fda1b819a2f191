'use client';

import { useLayoutEffect, useRef } from 'react';

/** Where each list of this tab stood, by its address. */
const places = new Map<string, number>();

/** First in a list that scrolls by itself: shown again, by «back» or by a link, it stands where it was left. */
export function KeptScroll() {
  const mark = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const list = mark.current!.parentElement!;
    const address = location.pathname + location.search;
    list.scrollTop = places.get(address) ?? 0;
    const remember = () => places.set(address, list.scrollTop);
    list.addEventListener('scroll', remember, { passive: true });
    return () => list.removeEventListener('scroll', remember);
  }, []);
  return <span ref={mark} hidden />;
}
