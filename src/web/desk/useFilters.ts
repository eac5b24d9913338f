import { useState } from 'react';
import { useMatch, useRouter, useRouterState } from '@tanstack/react-router';

export type Filters = Record<string, string>;

/**
 * The filters of a list, which stand in the address and nowhere else, a setter, and the address of the page. A
 * blank filter is taken out. While the next page is being loaded the address is that of the next page already:
 * the list that is still shown keeps its own.
 */
export function useFilters(): [
  Filters,
  (part: Record<string, string | undefined>) => void,
  string,
] {
  const { history } = useRouter();
  const pageOfList = useMatch({ strict: false, select: ({ pathname }) => pathname });
  const shown = useRouterState({ select: ({ location }) => location });
  const [kept, keep] = useState(shown.href);
  const href = shown.pathname === pageOfList ? shown.href : kept;
  if (href !== kept) keep(href);
  const [path = '', search = ''] = href.split('?');
  const filters = Object.fromEntries(new URLSearchParams(search));
  const change = (part: Record<string, string | undefined>) => {
    const set = Object.entries({ ...filters, ...part }).filter((entry): entry is [string, string] =>
      Boolean(entry[1]),
    );
    const text = new URLSearchParams(set).toString();
    history.replace(text ? `${path}?${text}` : path);
  };
  return [filters, change, href];
}
