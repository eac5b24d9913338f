import { useQueries } from '@tanstack/react-query';
import type { QueryInput } from '../../domain/api.ts';
import { ask } from '../client.ts';
import { useDistrict } from '../queryHooks.ts';
import { showCount } from '../words.ts';

/** How many rows a list has under each of some filters, as words; undefined while unknown. */
export function useCounts<Q extends 'issueList' | 'reportList'>(
  name: Q,
  inputs: readonly QueryInput<Q>[],
): (string | undefined)[] {
  const district = useDistrict();
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: [district, name, { ...input, limit: 1 }],
      queryFn: () =>
        ask(name, district, { ...input, limit: 1 }) as Promise<{ count: number; isMore: boolean }>,
    })),
    combine: (results) =>
      results.map(({ data }) => (data ? showCount(data.count, data.isMore) : undefined)),
  });
}
