import { useRouter, useRouterState } from '@tanstack/react-router';

export type Filters = Record<string, string>;

/** The filters of a list, which stand in the address and nowhere else. A blank one is taken out. */
export function useFilters(): [
  Filters,
  (part: Record<string, string | undefined>) => void,
  string,
] {
  const { history } = useRouter();
  const href = useRouterState({ select: (state) => state.location.href });
  const [path = '', search = ''] = href.split('?');
  const filters = Object.fromEntries(new URLSearchParams(search));
  const change = (part: Record<string, string | undefined>) => {
    const kept = Object.entries({ ...filters, ...part }).filter(
      (entry): entry is [string, string] => Boolean(entry[1]),
    );
    const text = new URLSearchParams(kept).toString();
    history.replace(text ? `${path}?${text}` : path);
  };
  return [filters, change, href];
}
