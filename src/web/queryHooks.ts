/** Query hooks: queries and actions of the contract for React pages, keyed [district, name, input]. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { QueryInput, QueryName, QueryOutput } from '../domain/api.ts';
import type { ActionAnswer } from '../domain/views.ts';
import { act, ask, type ActRequest } from './client.ts';
import { useSession } from './session.tsx';

/** The queries that come in pages. */
export type PagedQuery =
  | 'issueList'
  | 'reportList'
  | 'approvalList'
  | 'assistList'
  | 'findingList'
  | 'callbackList'
  | 'noticeList'
  | 'noticeMessageList'
  | 'groupFeed'
  | 'groupPosts'
  | 'downloadList'
  | 'personList'
  | 'categoryList'
  | 'catalogOpen'
  | 'catalogLinks'
  | 'postList'
  | 'deputyList'
  | 'patronList'
  | 'outsideAddressList'
  | 'deliveryList'
  | 'platformCaseList'
  | 'sessionList'
  | 'dutyRuleList'
  | 'ownerlessList';

/** The district of the post signed in. Throws without one: the gate keeps such sessions out. */
export function useDistrict(): string {
  const { district } = useSession();
  if (!district) throw new Error('page needs a post in a district');
  return district;
}

interface AskOptions {
  enabled?: boolean;
  staleTime?: number;
  /** Ask again after so many milliseconds, and again. */
  refetchInterval?: number;
  /** Keep showing the last answer while another input loads. */
  isKept?: boolean;
}

/** Asks a query and keeps its answer fresh. */
export function useAsk<Q extends QueryName>(
  name: Q,
  input: QueryInput<Q>,
  options: AskOptions = {},
) {
  const district = useDistrict();
  const { isKept = false, ...rest } = options;
  return useQuery<QueryOutput<Q>>({
    queryKey: [district, name, input],
    queryFn: () => ask(name, district, input),
    ...(isKept ? { placeholderData: keepPreviousData } : {}),
    ...rest,
  });
}

type Page<Q extends PagedQuery> = QueryOutput<Q> & {
  next: string | null;
  count: number;
  isMore: boolean;
};

/** Asks a list page by page; `data.pages` are the pages so far. */
export function useAskPages<Q extends PagedQuery>(
  name: Q,
  input: QueryInput<Q>,
  options: { refetchInterval?: number | false } = {},
) {
  const district = useDistrict();
  return useInfiniteQuery({
    queryKey: [district, name, input, 'pages'],
    queryFn: ({ pageParam }) =>
      ask(name, district, {
        ...input,
        ...(pageParam ? { cursor: pageParam } : {}),
      } as QueryInput<Q>) as Promise<Page<Q>>,
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    ...options,
  });
}

/** Units, areas, categories, posts: loaded once, refreshed when they change. */
export const useDirectory = () => useAsk('directory', {}, { staleTime: 30 * 60_000 });

const ledgerNouns = new Set(['issue', 'report', 'assist', 'approval', 'callback', 'finding']);

/** Performs actions in the district signed in and asks again for everything shown from it. */
export function useAct() {
  const district = useDistrict();
  const queryClient = useQueryClient();
  return useMutation<ActionAnswer, Error, Omit<ActRequest, 'district'>>({
    mutationFn: (request) => act({ ...request, district }),
    onSuccess: (_answer, { noun }) => {
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [place, name] }) =>
          place === district &&
          name !== 'revealed' &&
          (name !== 'directory' || !ledgerNouns.has(noun)),
      });
    },
  });
}
