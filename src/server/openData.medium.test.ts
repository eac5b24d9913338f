/** Open data: one district's failure stops no other, and there is never a moment without files. */
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLog } from './log.ts';
import { removeOpenData, sweepOpenData, type OpenDataPlace } from './openData.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { world, type World } from './testing/world.ts';

const folder = testDirectory();
let w: World;
let place: OpenDataPlace;
beforeAll(async () => {
  w = await world();
  place = { db: w.db, tools: w.tools, directory: folder.path, log: makeLog('silent') };
});
afterAll(async () => {
  await w.drop();
  folder.remove();
});

it('makes the files of the others when those of one cannot be made', async () => {
  expect(await sweepOpenData(place, ['none\u0000', w.district])).toBe(1);
  expect(existsSync(`${folder.path}/${w.district}/closed-issues.csv`)).toBe(true);
});

it('has the old files until the new ones are there', async () => {
  const index = `${folder.path}/${w.district}/index.json`;
  for (let n = 0; n < 2_000; n++) writeFileSync(`${folder.path}/${w.district}/old-${n}.csv`, 'x');
  w.pass(24 * 60);
  let isMaking = true;
  let missed = 0;
  const reading = (async () => {
    while (isMaking) {
      if (!existsSync(index)) missed += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  expect(await sweepOpenData(place, [w.district])).toBe(1);
  isMaking = false;
  await reading;
  expect(missed).toBe(0);
  expect(existsSync(`${folder.path}/${w.district}/old-1.csv`)).toBe(false);
  expect(existsSync(`${folder.path}/${w.district}.old`)).toBe(false);
});

it('goes with the district', async () => {
  await removeOpenData(folder.path, w.district);
  await removeOpenData(folder.path, w.district);
  expect(existsSync(`${folder.path}/${w.district}`)).toBe(false);
});
