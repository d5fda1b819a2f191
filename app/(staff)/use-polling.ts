'use client';

import { useEffect, useRef } from 'react';

/**
 * Asks an endpoint again and again while the page is seen. `onAnswer` gets the JSON of a 200; a 401 goes to
 * `onSignedOut`; a lost connection is passed over, the next turn tries again. `seconds` null = not now.
 */
export function usePolling<T>(
  url: string,
  seconds: number | null,
  onAnswer: (answer: T) => void,
  onSignedOut?: () => void,
): void {
  // the latest callbacks, so that a new render does not restart the clock
  const callbacks = useRef({ onAnswer, onSignedOut });
  useEffect(() => {
    callbacks.current = { onAnswer, onSignedOut };
  });

  useEffect(() => {
    if (seconds === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const turn = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const response = await fetch(url, { signal: stop.signal, cache: 'no-store' });
          if (response.status === 401) callbacks.current.onSignedOut?.();
          if (response.ok) {
            const answer = (await response.json()) as T;
            if (!stop.signal.aborted) callbacks.current.onAnswer(answer);
          }
        } catch {
          // no connection: the next turn tells
        }
      }
      // two turns may have met when the tab came to sight: one clock goes on
      clearTimeout(timer);
      if (!stop.signal.aborted) timer = setTimeout(turn, seconds * 1000);
    };
    timer = setTimeout(turn, seconds * 1000);
    // a tab that is looked at again tells at once what happened in another
    const onSeen = () => document.visibilityState === 'visible' && void turn();
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      document.removeEventListener('visibilitychange', onSeen);
      stop.abort();
      clearTimeout(timer);
    };
  }, [url, seconds]);
}
