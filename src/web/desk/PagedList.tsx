/** Paged list 分页列表: the states every list of the office goes through, once. */
import type { ReactNode } from 'react';
import { ProblemError } from '../client.ts';
import { ErrorState, Loading } from '../ui/States.tsx';

interface PagedListProps<T> {
  list: {
    data: { pages: readonly { items: readonly T[] }[] } | undefined;
    error: Error | null;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
    refetch: () => unknown;
  };
  empty: ReactNode;
  children: (
    items: readonly T[],
    more: { hasMore: boolean; isLoadingMore: boolean; onMore: () => void },
  ) => ReactNode;
}

export function PagedList<T>({ list, empty, children }: PagedListProps<T>) {
  if (!list.data)
    return list.error ? (
      <Failure error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Loading rows={10} />
    );
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return children(items, {
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    onMore: () => void list.fetchNextPage(),
  });
}

/** An error of a query in the words that fit it: no permission, not there, or failed. */
export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const status = error instanceof ProblemError ? error.status : 0;
  if (status === 403)
    return (
      <ErrorState
        title="没有权限"
        words={`${error.message}。如工作需要，请联系安全管理员调整岗位。`}
        isFinal
      />
    );
  if (status === 404)
    return (
      <ErrorState
        title="没有找到"
        words="记录不存在，或不在您的岗位范围内。请核对地址，或回到列表查找。"
        isFinal
      />
    );
  return <ErrorState words={error.message} onRetry={onRetry} />;
}
