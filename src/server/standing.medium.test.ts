/** Standing: what is retired and what begins to use it at the same moment; one of two always finds the other. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../domain/access.ts';
import type { Category } from '../domain/category.ts';
import { categoryFields } from '../domain/category.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { perform } from './perform.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

interface Doing {
  who: string | Actor;
  noun: string;
  id: string;
  action: string;
  input: Record<string, unknown>;
}

/** A record to be retired, and somebody who begins to use it. */
type Pair = { retire: Doing; use: Doing };

const admin = (): Actor => systemActor(w.district, 'systemAdmin');
let count = 0;

const newUnit = async (): Promise<string> => {
  const id = newId();
  const code = `unit${(count += 1)}`;
  await w.run('systemAdmin', 'unit', id, 'add', { code, name: code, kind: 'department' });
  return id;
};

const pairs: Record<string, () => Promise<Pair>> = {
  'a unit and a matter dispatched to it': async () => {
    const unitId = await newUnit();
    const { id } = await w.issue();
    return {
      retire: { who: 'systemAdmin', noun: 'unit', id: unitId, action: 'retire', input: {} },
      use: { who: 'desk', noun: 'issue', id, action: 'dispatch', input: { unitId } },
    };
  },
  'a unit and a post in it': async () => {
    const unitId = await newUnit();
    const input = { personId: w.personId('leader'), role: 'officer', title: '经办', unitId };
    return {
      retire: { who: 'systemAdmin', noun: 'unit', id: unitId, action: 'retire', input: {} },
      use: { who: 'securityAdmin', noun: 'post', id: newId(), action: 'add', input },
    };
  },
  'an area and a community below it': async () => {
    const id = newId();
    const code = `110199${String(100 + (count += 1))}`;
    await w.run('systemAdmin', 'area', id, 'add', { code, name: code });
    const input = { code: `${code}001`, name: `${code}001` };
    return {
      retire: { who: 'systemAdmin', noun: 'area', id, action: 'retire', input: {} },
      use: { who: admin(), noun: 'area', id: newId(), action: 'add', input },
    };
  },
  'a category and a matter accepted under it': async () => {
    const base = (await w.tools.master.of(w.district)).category('E0101', w.now()) as Category;
    const id = newId();
    const code = `E01Z${String((count += 1)).padStart(2, '0')}`;
    const own = { ...categoryFields(base), code, name: code, isExtension: true };
    await w.run('systemAdmin', 'category', id, 'add', own);
    const report = await w.report();
    w.pass(1);
    const input = {
      reportId: report.id,
      categoryCode: code,
      conditionNo: 1,
      areaCode: '110199001001',
    };
    return {
      retire: { who: 'systemAdmin', noun: 'category', id, action: 'retire', input: {} },
      use: { who: 'desk', noun: 'issue', id: newId(), action: 'accept', input },
    };
  },
};

/** What may be retired whoever uses it, but not be used any more once it is. */
const oneWay: Record<string, () => Promise<Pair>> = {
  'a person and a post': async () => {
    const personId = newId();
    const login = `new${(count += 1)}`;
    await w.run(admin(), 'person', personId, 'add', { name: '新人', login });
    const input = { personId, role: 'desk', title: '坐席' };
    return {
      retire: { who: 'systemAdmin', noun: 'person', id: personId, action: 'retire', input: {} },
      use: { who: 'securityAdmin', noun: 'post', id: newId(), action: 'add', input },
    };
  },
  'a post and its deputy': async () => {
    const id = newId();
    const post = { role: 'officer', title: '经办', unitId: w.unitId('clean') };
    await w.run('securityAdmin', 'post', id, 'add', { ...post, personId: w.personId('leader') });
    const days = { fromDay: '2026-03-10', toDay: '2026-03-12' };
    const input = { postId: w.postId('officer'), deputyPostId: id, ...days };
    return {
      retire: { who: 'securityAdmin', noun: 'post', id, action: 'retire', input: {} },
      use: { who: 'systemAdmin', noun: 'deputy', id: newId(), action: 'add', input },
    };
  },
};

const doIt = ({ who, noun, id, action, input }: Doing) => w.run(who, noun, id, action, input);

/** Performs one action, and another between its decision and its writing. */
async function withMeanwhile(first: Doing, meanwhile: Doing): Promise<unknown> {
  let isDone = false;
  const { store } = w.tools;
  const tools = {
    ...w.tools,
    store: {
      ...store,
      write: async (batch: Parameters<typeof store.write>[0]) => {
        if (!isDone) {
          isDone = true;
          await doIt(meanwhile);
        }
        await store.write(batch);
      },
    },
  };
  const { who, ...order } = first;
  const actor = typeof who === 'string' ? await w.actor(who) : who;
  return perform(tools, actor, { ...order, requestId: newId() }).then(
    () => 'done',
    (error: unknown) => (error instanceof Refused ? error.code : Promise.reject(error)),
  );
}

describe.each(Object.entries(pairs))('%s', (_name, make) => {
  it('are not both done when the one comes between deciding and writing the other', async () => {
    const first = await make();
    expect(await withMeanwhile(first.retire, first.use)).toMatch(/^(inUse|hasChildren)$/);
    const second = await make();
    expect(await withMeanwhile(second.use, second.retire)).toMatch(/^no[A-Z]/);
  });

  it('are not both done at the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const { retire, use } = await make();
      const both = round % 2 === 0 ? [retire, use] : [use, retire];
      const outcomes = await Promise.allSettled(both.map(doIt));
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Refused);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });
});

it.each(Object.entries(oneWay))('%s: nobody begins to use what is retired', async (_name, make) => {
  const { retire, use } = await make();
  expect(await withMeanwhile(use, retire)).toMatch(/^no[A-Z]/);
});

it('leaves a history that replays', async () => {
  await expectReplay(w);
});
