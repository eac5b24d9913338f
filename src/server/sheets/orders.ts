/**
 * Orders of a sheet: the items of a preview as actions, in an order in which they can be done: what others
 * stand on comes first, what stands on others is retired first. Request ids come from the load, so that
 * applying it again is the same.
 */
import type { Moment } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { idFrom } from '../idFrom.ts';
import type { Order } from '../perform.ts';
import type { DiffItem } from './diff.ts';

export interface Step {
  item: DiffItem;
  order: Order;
}

export interface Choice {
  /** Ids of missing records to retire, or all of them. */
  retire: 'all' | ReadonlySet<string>;
  /** When versions begin and end; null: at once. */
  validFrom: Moment | null;
}

const orderOf = (loadId: string, item: DiffItem, action: string, rest: Partial<Order>): Order => ({
  noun: item.noun,
  id: item.id,
  action,
  input: {},
  requestId: idFrom(`sheet ${loadId} ${action} ${item.noun} ${item.id}`),
  ...rest,
});

/** Parents before children: units by their parent in the same file, areas by the length of their code. */
function parentsFirst(items: readonly DiffItem[]): DiffItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const done = new Set<string>();
  const list: DiffItem[] = [];
  const visit = (item: DiffItem, road: readonly string[]): void => {
    if (done.has(item.id) || road.includes(item.id)) return;
    const parent = byId.get(String((item.input?.parentId ?? '') as string));
    if (parent) visit(parent, [...road, item.id]);
    if (done.has(item.id)) return;
    done.add(item.id);
    list.push(item);
  };
  const length = (item: DiffItem): number =>
    item.noun === 'area' ? String((item.input ?? item.before)?.code as string).length : 0;
  for (const item of [...items].sort((a, b) => length(a) - length(b))) visit(item, []);
  return list;
}

const isVersioned = (item: DiffItem): boolean => getNoun(item.noun).isVersioned === true;

/** The actions of a load. `chosen`: what is to be retired and when versions begin. */
export function stepsOf(
  loadId: string,
  items: readonly DiffItem[],
  { retire, validFrom }: Choice,
): Step[] {
  const of = (action: DiffItem['action']): DiffItem[] =>
    items.filter(
      (item) => item.action === action && item.kind !== 'other' && item.kind !== 'refused',
    );
  const begin = (item: DiffItem): object =>
    validFrom !== null && isVersioned(item) ? { validFrom } : {};
  const seen = (item: DiffItem): Partial<Order> =>
    item.version === null ? {} : { seen: item.version };
  const adds = parentsFirst(of('add')).map((item) => ({
    item,
    order: orderOf(loadId, item, 'add', { input: { ...item.input, ...begin(item) } }),
  }));
  const restores = of('restore').flatMap((item) => [
    { item, order: orderOf(loadId, item, 'restore', seen(item)) },
    ...(Object.keys(item.input ?? {}).length > 0
      ? [{ item, order: orderOf(loadId, item, 'edit', { input: item.input ?? {} }) }]
      : []),
  ]);
  const edits = of('edit').map((item) => ({
    item,
    order: orderOf(loadId, item, 'edit', {
      input: { ...item.input, ...begin(item) },
      ...seen(item),
    }),
  }));
  const retires = parentsFirst(of('retire'))
    .reverse()
    .filter(({ id }) => retire === 'all' || retire.has(id))
    .map((item) => ({
      item,
      order: orderOf(loadId, item, 'retire', {
        input: validFrom !== null && isVersioned(item) ? { validTo: validFrom } : {},
        ...seen(item),
      }),
    }));
  return [...adds, ...restores, ...edits, ...retires];
}
