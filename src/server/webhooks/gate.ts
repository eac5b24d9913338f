/**
 * Gate: how many attempts at one address run at once. After several failures in a row and no success it rests,
 * longer each time, and then lets one attempt through to see whether the other side is back.
 */

export interface Gate {
  /** Waits for a turn. False when the gate was shut meanwhile. */
  enter(): Promise<boolean>;
  /** Ends a turn. */
  leave(isSent: boolean): void;
  /** Nothing got through lately. */
  isResting(): boolean;
  shut(): void;
}

export interface GateOptions {
  atOnce: number;
  /** Failures in a row before it rests. */
  patience: number;
  restMs: number;
  maxRestMs: number;
}

export function gateOf({ atOnce, patience, restMs, maxRestMs }: GateOptions): Gate {
  const waiting: ((mayEnter: boolean) => void)[] = [];
  let running = 0;
  let failures = 0;
  let rests = 0;
  let restUntil = 0;
  let isShut = false;
  let timer: NodeJS.Timeout | undefined;

  const isResting = (): boolean => failures >= patience;
  const isOpen = (): boolean =>
    isResting() ? running === 0 && performance.now() >= restUntil : running < atOnce;

  const letIn = (): void => {
    clearTimeout(timer);
    while (waiting.length > 0 && isOpen()) {
      running += 1;
      waiting.shift()?.(true);
    }
    if (waiting.length > 0 && isResting() && running === 0)
      timer = setTimeout(letIn, restUntil - performance.now() + 1);
  };

  return {
    isResting,
    enter: () =>
      new Promise((resolve) => {
        if (isShut) return resolve(false);
        waiting.push(resolve);
        letIn();
      }),
    leave: (isSent) => {
      running -= 1;
      failures = isSent ? 0 : failures + 1;
      if (isSent) rests = 0;
      if (isResting() && running === 0) {
        restUntil = performance.now() + Math.min(maxRestMs, restMs * 2 ** rests);
        rests += 1;
      }
      if (!isShut) letIn();
    },
    shut: () => {
      isShut = true;
      clearTimeout(timer);
      for (const refuse of waiting.splice(0)) refuse(false);
    },
  };
}
