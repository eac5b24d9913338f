/** Hooks of the interface: the present moment, the width of the window, single keys. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** The present moment as ISO text, renewed every half minute: for what is left of a clock. */
export function useNow(everyMs = 30_000): string {
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

const narrow = '(max-width: 767px)';

const onWidth = (listener: () => void) => {
  const query = matchMedia(narrow);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** Is this a phone-sized window? */
export const useIsNarrow = (): boolean =>
  useSyncExternalStore(onWidth, () => matchMedia(narrow).matches);

const takesText =
  'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"]';
const takesEnter = 'button, a, summary, [role="button"], [role="tab"], [role="radio"]';
const covers = '[role="dialog"], .ant-drawer-open, .ant-modal-wrap:not([style*="display: none"])';

/**
 * Single keys of a page, by `event.key`. Silent while somebody types, while a dialog is open and with
 * Ctrl, Alt or Meta held.
 */
export function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const run = latest.current[event.key];
      if (!run || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(takesText) || (event.key === 'Enter' && target?.closest(takesEnter)))
        return;
      if (document.querySelector(covers)) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Has this been so for longer than `ms`? Keeps quick things from flickering. */
export function useLasting(isOn: boolean, ms: number): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setTimeout(() => setLong(true), ms);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isOn, ms]);
  return isOn && isLong;
}
