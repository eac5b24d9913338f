/** Many orders in one transaction: left out or all refused, beside others who are faster, and again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../domain/issueShape.ts';
import { performMany, type Order, type Outcome } from './perform.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';

/** What everybody is told, whoever was first. */
const doneOf = (outcomes: Outcome[]) =>
  outcomes.flatMap((outcome) =>
    'done' in outcome ? [{ event: outcome.done.event, record: outcome.done.record }] : [],
  );

describe('perform many', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  it('performs two hundred at once and leaves out the refused, each with its reason', async () => {
    const actor = await w.actor('desk');
    const issue = await w.issue();
    const orders: Order[] = Array.from({ length: 200 }, (_, n) => {
      const input = {
        channel: 'hotline',
        content: n % 10 === 3 ? '' : `第 ${n} 件`,
        ...(n % 10 === 4 ? { areaCode: '999999' } : {}),
      };
      return n % 50 === 0
        ? {
            noun: 'issue',
            id: issue.id,
            action: 'addNote',
            input: { note: `第 ${n} 条` },
            requestId: newId(),
          }
        : { noun: 'report', id: newId(), action: 'submit', input, requestId: newId() };
    });
    const outcomes = await performMany(w.tools, actor, orders);
    expect(outcomes.map(({ requestId }) => requestId)).toEqual(
      orders.map(({ requestId }) => requestId),
    );
    const codes = outcomes.map((outcome) => ('refused' in outcome ? outcome.refused.code : 'done'));
    expect(codes.filter((code) => code === 'badInput')).toHaveLength(20);
    expect(codes.filter((code) => code === 'noArea')).toHaveLength(20);
    expect(codes.filter((code) => code === 'done')).toHaveLength(160);
    expect((await w.read<Issue>('issue', issue.id)).version).toBe(issue.version + 4);
    const again = await performMany(w.tools, actor, orders);
    expect(doneOf(again)).toEqual(doneOf(outcomes));
  });

  it('writes nothing of many when one is refused and all or nothing is asked for, and says every refusal', async () => {
    const actor = await w.actor('desk');
    const issue = await w.issue();
    const orderOf = (n: number): Order => ({
      noun: 'issue',
      id: issue.id,
      action: 'addNote',
      input: { note: n % 10 === 3 ? '' : `第 ${n} 条` },
      requestId: newId(),
    });
    const orders = Array.from({ length: 30 }, (_, n) => orderOf(n));
    const outcomes = await performMany(w.tools, actor, orders, { allOrNothing: true });
    expect(outcomes.map(({ requestId }) => requestId)).toEqual(
      [3, 13, 23].map((n) => orders[n]?.requestId),
    );
    expect(outcomes.every((outcome) => 'refused' in outcome)).toBe(true);
    expect(await w.read<Issue>('issue', issue.id)).toEqual(issue);
    const good = orders.filter((_, n) => n % 10 !== 3);
    const [done] = await Promise.all([
      performMany(w.tools, actor, good, { allOrNothing: true }),
      w.run('shift', 'issue', issue.id, 'addNote', { note: '同时' }),
    ]);
    expect(done.filter((outcome) => 'done' in outcome)).toHaveLength(27);
    expect((await w.read<Issue>('issue', issue.id)).version).toBe(issue.version + 28);
  });

  it('takes back what a refused order had begun, and keeps what stood before it', async () => {
    const actor = await w.actor('desk');
    const [issue, other] = [await w.issue(), await w.issue()];
    const unitIds = (assist: string[]) => ({
      unitId: w.unitId('clean'),
      assistUnitIds: assist.map((name) => w.unitId(name)),
    });
    const order = (id: string, action: string, input: Record<string, unknown>): Order => ({
      noun: 'issue',
      id,
      action,
      input,
      requestId: newId(),
    });
    const outcomes = await performMany(w.tools, actor, [
      order(issue.id, 'addNote', { note: '先记一笔' }),
      order(issue.id, 'dispatch', unitIds(['street', 'street'])),
      order(other.id, 'dispatch', unitIds(['street'])),
      order(issue.id, 'addNote', { note: '再记一笔' }),
    ]);
    expect(
      outcomes.map((outcome) => ('refused' in outcome ? outcome.refused.code : 'done')),
    ).toEqual(['done', 'twice', 'done', 'done']);
    const after = await w.read<Issue>('issue', issue.id);
    expect(after).toMatchObject({ status: issue.status, version: issue.version + 2 });
    expect((await w.read<Issue>('issue', other.id)).openAssistCount).toBe(1);
  });

  it('performs many beside somebody who is faster, without losing either', async () => {
    const issue = await w.issue();
    const orders = Array.from({ length: 30 }, (_, n): Order => ({
      noun: 'issue',
      id: issue.id,
      action: 'addNote',
      input: { note: `第 ${n} 条` },
      requestId: newId(),
    }));
    const [outcomes] = await Promise.all([
      performMany(w.tools, await w.actor('desk'), orders),
      ...Array.from({ length: 5 }, () =>
        w.run('shift', 'issue', issue.id, 'addNote', { note: '同时' }),
      ),
    ]);
    expect(outcomes.every((outcome) => 'done' in outcome)).toBe(true);
    expect((await w.read<Issue>('issue', issue.id)).version).toBe(issue.version + 35);
  });

  it('answers many equally when they are sent again, persons of the installation too', async () => {
    const admin = await w.actor('systemAdmin');
    const orders: Order[] = ['lan', 'mei'].map((login) => ({
      noun: 'person',
      id: newId(),
      action: 'add',
      input: { name: '新人', login: `${login}${newId().slice(0, 8)}` },
      requestId: newId(),
    }));
    const first = await performMany(w.tools, admin, orders);
    expect(first.every((outcome) => 'done' in outcome)).toBe(true);
    expect(doneOf(await performMany(w.tools, admin, orders))).toEqual(doneOf(first));
  });

  it('replays everything that was done here', async () => {
    await expectReplay(w);
  });
});
