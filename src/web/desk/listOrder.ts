/**
 * List order 列表顺序: which list a record was opened from, so that after acting one goes on to the next
 * of that list. Kept for the tab, so that a reload does not lose the place.
 */
type Kind = 'issue' | 'report' | 'callback';

interface Order {
  href: string;
  ids: string[];
}

const keyOf = (kind: Kind): string => `civicloop.list.${kind}`;

/** Remembers the list shown now and its records in order. */
export function rememberOrder(kind: Kind, order: Order): void {
  try {
    sessionStorage.setItem(keyOf(kind), JSON.stringify(order));
  } catch {
    // Without storage the way back is the plain list.
  }
}

function orderOf(kind: Kind): Order | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(kind));
    return text ? (JSON.parse(text) as Order) : undefined;
  } catch {
    return undefined;
  }
}

export interface Neighbors {
  /** The list's address with its filters; undefined when the record was opened by its own address. */
  back: string | undefined;
  next: string | undefined;
  previous: string | undefined;
  /** '3 / 20' */
  place: string;
}

/** What stands before and after a record in the list it was opened from. */
export function neighborsOf(kind: Kind, id: string): Neighbors {
  const order = orderOf(kind);
  const at = order?.ids.indexOf(id) ?? -1;
  if (!order || at < 0)
    return { back: order?.href, next: undefined, previous: undefined, place: '' };
  return {
    back: order.href,
    next: order.ids[at + 1],
    previous: order.ids[at - 1],
    place: `${at + 1} / ${order.ids.length}`,
  };
}
