/** Signal: a loop waits for it or for its time to pass; given while nobody waits, the next wait ends at once. */

export interface Signal {
  give(): void;
  wait(ms: number): Promise<void>;
}

export function signalOf(): Signal {
  let isGiven = false;
  let wake: (() => void) | undefined;
  return {
    give: () => {
      isGiven = true;
      wake?.();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          isGiven = false;
          wake = undefined;
          resolve();
        };
        const timer = setTimeout(end, ms);
        if (isGiven) end();
        else wake = end;
      }),
  };
}
