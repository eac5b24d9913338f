/**
 * Together 合并执行: many small calls run as few large ones. What arrives while the lanes are busy is taken
 * together next, so that the database's cost of a statement and of a commit is shared; a call that comes
 * alone runs alone and at once. Each caller gets its own answer or its own error.
 */

export interface Together<C, R> {
  /** How many runs may be under way at once. */
  lanes: number;
  /** How many calls one run may take. */
  most: number;
  /** Calls that share a name are never under way at the same time. */
  names?(call: C): readonly string[];
  /** Asked just before a call is run: an error that is known already spares the run. */
  knownError?(call: C): unknown;
  /** Runs the calls as one, all or nothing; answers in their order. */
  run(calls: readonly C[]): Promise<R[]>;
  /** After a failed run: may the calls be tried one by one? Only if nothing of it can have happened. */
  mayPart?(error: unknown): boolean;
}

interface Waiting<C, R> {
  call: C;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** A function that runs calls together. */
export function together<C, R>(options: Together<C, R>): (call: C) => Promise<R> {
  const { lanes, most, run } = options;
  const { names = () => [], knownError = () => undefined, mayPart = () => false } = options;
  const underWay = new Set<string>();
  let waiting: Waiting<C, R>[] = [];
  let busy = 0;
  let isPlanned = false;

  const take = (): Waiting<C, R>[] => {
    const taken: Waiting<C, R>[] = [];
    const left: Waiting<C, R>[] = [];
    for (const item of waiting) {
      const own = names(item.call);
      if (taken.length >= most || own.some((name) => underWay.has(name))) {
        left.push(item);
        continue;
      }
      const error = knownError(item.call);
      if (error !== undefined) {
        item.reject(error);
        continue;
      }
      taken.push(item);
      for (const name of own) underWay.add(name);
    }
    waiting = left;
    return taken;
  };

  const settle = async (items: readonly Waiting<C, R>[]): Promise<void> => {
    try {
      const results = await run(items.map(({ call }) => call));
      items.forEach((item, n) => item.resolve(results[n] as R));
    } catch (error) {
      if (items.length > 1 && mayPart(error)) for (const item of items) await settle([item]);
      else for (const item of items) item.reject(error);
    }
  };

  const go = (): void => {
    isPlanned = false;
    while (busy < lanes && waiting.length > 0) {
      const items = take();
      if (items.length === 0) return;
      busy += 1;
      void settle(items).finally(() => {
        for (const { call } of items) for (const name of names(call)) underWay.delete(name);
        busy -= 1;
        go();
      });
    }
  };

  return (call) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      if (isPlanned || busy >= lanes) return;
      isPlanned = true;
      setImmediate(go);
    });
}
