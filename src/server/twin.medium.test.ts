/** One request sent twice at once: both are answered with the one event, never “refused” for what was done. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { perform, type Performing } from './perform.ts';
import { world, type World } from './testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

test('a request whose twin lands between its load and its facts is answered like the twin', async () => {
  const { id } = await w.issue({ status: 'claimed' });
  const input = { words: '已清理', photos: [await w.photo('head')] };
  const order = { noun: 'issue', id, action: 'rectify', input, requestId: newId() };
  const head = await w.actor('head');
  const twins: string[] = [];
  const late: Performing = {
    ...w.tools,
    store: {
      ...w.tools.store,
      finishedPhotos: async (...asked) => {
        twins.push((await perform(w.tools, head, order)).event.id);
        return w.tools.store.finishedPhotos(...asked);
      },
    },
  };
  const done = await perform(late, head, order);
  expect([done.event.id]).toEqual(twins);
  await expect(perform(late, head, { ...order, requestId: newId() })).rejects.toMatchObject({
    code: 'wrongStatus',
  });
});
