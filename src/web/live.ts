/**
 * Live 实时: one stream of changes for each tab; what a change concerns is asked again, so that two
 * screens agree within two seconds. A hidden tab closes its stream (a browser allows six lines to one
 * server) and catches up when it is shown again.
 */
import { useEffect } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { QueryName } from '../domain/api.ts';
import { useMaybeSession } from './session.tsx';

const gatherMs = 250;
const reopenMs = 5_000;

const ledger: QueryName[] = [
  'issueList',
  'issueView',
  'reportList',
  'reportView',
  'work',
  'noticeList',
  'findingList',
  'findingView',
  'groupFeed',
];

/** The queries a change of a noun concerns; master data concern the directory and their own lists. */
const concerned: Record<string, QueryName[]> = {
  issue: [...ledger, 'approvalList', 'assistList', 'worksSum'],
  report: ledger,
  assist: [...ledger, 'assistList'],
  approval: [...ledger, 'approvalList'],
  callback: ['issueView', 'reportView', 'work', 'callbackList', 'callbackView', 'callbackRates'],
  finding: ['findingList', 'findingView', 'reportView', 'issueView'],
  person: ['directory', 'personList'],
  groupPost: ['groupPosts'],
  platformCase: ['platformCaseList'],
  sender: ['directory', 'apiKeyList'],
};

function refresh(queryClient: QueryClient, district: string, changed: ReadonlySet<string>): void {
  const names = new Set<string>([
    'eventList',
    ...[...changed].flatMap((noun) => concerned[noun] ?? ['directory']),
  ]);
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [place, name] }) => place === district && names.has(String(name)),
  });
}

/** Opens the stream of a district; returns what closes it. */
function openStream(queryClient: QueryClient, district: string): () => void {
  const changed = new Set<string>();
  let source: EventSource | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let hasBeenOpen = false;

  const flush = () => {
    gathering = undefined;
    refresh(queryClient, district, changed);
    changed.clear();
  };
  const close = () => {
    clearTimeout(reopening);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    source = new EventSource(`/api/${district}/stream`);
    source.addEventListener('open', () => {
      if (hasBeenOpen) void queryClient.invalidateQueries({ queryKey: [district] });
      // What was asked before the stream stood may have changed in between.
      else refresh(queryClient, district, new Set(['issue']));
      hasBeenOpen = true;
    });
    source.addEventListener('changed', (message: MessageEvent<string>) => {
      changed.add((JSON.parse(message.data) as { noun: string }).noun);
      gathering ??= setTimeout(flush, gatherMs);
    });
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, reopenMs);
    });
  };
  const onVisibility = () => (document.hidden ? close() : open());

  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(gathering);
    close();
  };
}

/**
 * Keeps the pages below it up to date while somebody is signed in to a district. Use once, in the gate. Who
 * must change the password or enrol the second factor first is not told anything yet, so no stream is opened.
 */
export function useLive(): void {
  const queryClient = useQueryClient();
  const session = useMaybeSession();
  const isWaiting = session?.mustChangePassword === true || session?.totp === 'required';
  const district = isWaiting ? undefined : session?.district;
  const postId = session?.post?.id;
  useEffect(() => {
    if (!district || !postId) return undefined;
    return openStream(queryClient, district);
  }, [queryClient, district, postId]);
}
