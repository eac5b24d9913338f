/** A day of end-to-end tests: the built program with a demo district and a browser, for all tests of one file. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser, type SignIn } from './person.ts';
import { clearPages, startProgram, type Program } from './program.ts';

export interface Day extends SignIn {
  /** Stops the program and starts it on the same data, so much later than the machine says. */
  restart(hoursAhead: number): Promise<void>;
}

/** Where people sign in; filled before the first test of the file and closed after its last. */
export function openDay(): Day {
  let program: Program | undefined;
  const people = {
    restart: async (hoursAhead: number) => {
      await program?.stop({ isKept: true });
      program = await startProgram({ ...(program && { dataDir: program.dataDir }), hoursAhead });
      people.origin = program.origin;
    },
  } as Day;
  beforeAll(async () => {
    program = await startProgram();
    people.origin = program.origin;
    people.browser = await openBrowser();
  });
  afterAll(async () => {
    await people.browser?.close();
    await program?.stop();
  });
  afterEach(({ task }) => clearPages(people.browser, task));
  return people;
}
