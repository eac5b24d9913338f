/**
 * Drafts 草稿: what has been typed on a phone page, kept in memory until it is sent, so that leaving the
 * page loses nothing. Not in browser storage: the phone may be shared, and words may name a person.
 */
import { useCallback, useState } from 'react';

const drafts = new Map<string, unknown>();

/** Puts a draft in place, to be found when the page of this key opens. */
export function putDraft(key: string, draft: unknown): void {
  drafts.set(key, draft);
}

/** The draft kept under a key, if any. */
export const findDraft = (key: string): unknown => drafts.get(key);

const always = (): boolean => true;

/**
 * The draft of a key, a function that changes part of it, and one that begins anew. A kept draft that is
 * not worth keeping (nothing typed, only looked at) is begun anew when the page opens again.
 */
export function useDraft<T extends object>(
  key: string,
  begin: () => T,
  isWorthKeeping: (draft: T) => boolean = always,
) {
  const [draft, setDraft] = useState<T>(() => {
    const kept = drafts.get(key) as T | undefined;
    const first = kept && isWorthKeeping(kept) ? kept : begin();
    drafts.set(key, first);
    return first;
  });
  const change = useCallback(
    (part: Partial<T>) =>
      setDraft((before) => {
        const after = { ...before, ...part };
        drafts.set(key, after);
        return after;
      }),
    [key],
  );
  const reset = useCallback(() => {
    drafts.delete(key);
  }, [key]);
  return [draft, change, reset] as const;
}
