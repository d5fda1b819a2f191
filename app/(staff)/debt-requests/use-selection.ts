import { useCallback, useRef, useState } from 'react';

/** Which rows are chosen: some of the page, or everything that the filter gives, on whatever page. */
export interface SelectionApi {
  /** Of the rows on the screen. */
  ids: string[];
  everything: boolean;
  has: (id: string) => boolean;
  toggle: (id: string, range?: boolean) => void;
  /** Several at once, on or off. */
  choose: (ids: readonly string[], on: boolean) => void;
  all: () => void;
  clear: () => void;
  takeEverything: () => void;
}

/** `of` = the list they were chosen in: another filter or page starts anew. `shown` = ids on the screen, in order. */
export function useSelection(of: string, shown: readonly string[]): SelectionApi {
  const [state, setState] = useState({ of, chosen: new Set<string>(), everything: false });
  // where a range starts
  const anchor = useRef<string | null>(null);
  const now = state.of === of ? state : { of, chosen: new Set<string>(), everything: false };
  const has = (id: string) => now.everything || now.chosen.has(id);
  const set = (chosen: Iterable<string>, everything = false) => setState({ of, chosen: new Set(chosen), everything });

  const toggle = (id: string, range = false) => {
    const chosen = new Set(now.everything ? shown : now.chosen);
    const [from, to] = [shown.indexOf(anchor.current ?? ''), shown.indexOf(id)];
    if (range && from !== -1 && to !== -1) {
      for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.add(one);
    } else {
      if (!chosen.delete(id)) chosen.add(id);
      anchor.current = id;
    }
    set(chosen);
  };
  return {
    ids: shown.filter(has),
    everything: now.everything,
    has,
    toggle,
    choose: (ids, on) => set([...now.chosen].filter((id) => !ids.includes(id)).concat(on ? ids : [])),
    all: () => set(shown),
    clear: useCallback(() => setState({ of, chosen: new Set(), everything: false }), [of]),
    takeEverything: () => set([], true),
  };
}
