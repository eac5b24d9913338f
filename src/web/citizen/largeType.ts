/** Large type 大字: the citizen pages a quarter larger, kept while the pages are open. */
import { useEffect, useSyncExternalStore } from 'react';

let isLarge = false;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Is type large, and the switch; every measure of these pages is in rem and grows with it. */
export function useLargeType(): [isLarge: boolean, toggle: () => void] {
  const isOn = useSyncExternalStore(subscribe, () => isLarge);
  useEffect(() => {
    document.documentElement.style.fontSize = isOn ? '125%' : '';
    return () => {
      document.documentElement.style.fontSize = '';
    };
  }, [isOn]);
  const toggle = () => {
    isLarge = !isLarge;
    for (const listener of listeners) listener();
  };
  return [isOn, toggle];
}
