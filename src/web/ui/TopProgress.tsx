import { useIsFetching, useIsMutating } from '@tanstack/react-query';
import { useLasting } from './hooks.ts';

/** A bar at the top for whatever lasts longer than a second. */
export function TopProgress() {
  const isBusy = useIsFetching() + useIsMutating() > 0;
  const isShown = useLasting(isBusy, 1000);
  return isShown ? <div className="top-progress" role="progressbar" aria-label="正在处理" /> : null;
}
