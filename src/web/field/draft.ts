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

/** Is there something typed under this key? */
export const hasDraft = (key: string): boolean => drafts.has(key);

/** The draft of a key, a function that changes part of it, and one that begins anew. */
export function useDraft<T extends object>(key: string, begin: () => T) {
  const [draft, setDraft] = useState<T>(() => (drafts.get(key) as T | undefined) ?? begin());
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
    setDraft(begin());
  }, [key, begin]);
  return [draft, change, reset] as const;
}
