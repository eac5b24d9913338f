/** In turn 依次: work of one name in this process is done one after the other, in the order it came. */
const turns = new Map<string, Promise<unknown>>();

/** Does the work when all earlier work of the name is over, however that ended. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(name) ?? Promise.resolve()).then(work);
  const over = mine.then(
    () => undefined,
    () => undefined,
  );
  turns.set(name, over);
  void over.then(() => turns.get(name) === over && turns.delete(name));
  return mine;
}
