/**
 * Two districts in one database: whoever works in one is told nothing of the other, by no list and by no id,
 * whatever their role. A new query joins by itself; one that asks for more than nothing is added below.
 */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineOfRole, type Actor, type Role } from '../domain/access.ts';
import { queries, type Query, type QueryName } from '../domain/api.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { queueGroupMessage } from './notices/queue.ts';
import type { QueryContext } from './queries/context.ts';
import { handlers } from './queries/handlers.ts';
import { world, type World } from './testing/world.ts';

const neighbor = '110198';
const roles: Role[] = [
  'desk',
  'leader',
  'unitHead',
  'gridWorker',
  'systemAdmin',
  'securityAdmin',
  'auditAdmin',
];

let w: World;
/** Ids of all that belongs to the first district. */
let own: string[];
let ids: Record<string, string>;
const posts = new Map<Role, { personId: string; postId: string }>();

async function furnish(): Promise<void> {
  const issue = await w.issue({ status: 'claimed' });
  const report = await w.report();
  const days = { fromDay: '2026-03-04', toDay: '2026-03-10' };
  await w.run('head', 'assist', newId(), 'ask', {
    issueId: issue.id,
    unitId: w.unitId('street'),
    task: '清运',
  });
  const ask = { issueId: issue.id, kind: 'extension', reason: '量大' };
  await w.run('head', 'approval', newId(), 'ask', ask);
  await w.run('systemAdmin', 'deputy', newId(), 'add', {
    postId: w.postId('head'),
    deputyPostId: w.postId('officer'),
    ...days,
  });
  await w.run('systemAdmin', 'patron', newId(), 'add', {
    areaCode: '110199001',
    name: '赵某',
    title: '副区长',
    personId: w.personId('leader'),
    ...days,
  });
  const shift = { unitId: w.unitId('clean'), postId: w.postId('head'), weekdays: [1, 2, 3, 4, 5] };
  await w.run('systemAdmin', 'roster', newId(), 'add', {
    ...shift,
    startsAt: '08:00',
    endsAt: '20:00',
  });
  await w.run('systemAdmin', 'dutyRule', newId(), 'add', {
    code: '901',
    categoryCode: 'E0101',
    responsibleBy: 'unit',
    responsibleUnitId: w.unitId('clean'),
  });
  await w.pool.query(
    `insert into session (token_hash, person_id, csrf, created_at, seen_at, confirmed_at, expires_at, id, device, district, post_id)
     values ('\\x01', $1, 'c', $2, $2, $2, $2::timestamptz + interval '1 hour', $3, '手机', $4, $5)`,
    [w.personId('desk'), w.now(), newId(), w.district, w.postId('desk')],
  );
  const link = { kind: 'class', fromCode: '12345 清河街道 / 垃圾', categoryCode: 'E0101' };
  const linkId = newId();
  await w.run('supervisor', 'catalogLink', linkId, 'propose', { ...link, basis: 'hand' });
  const noticeChannel = newId();
  await w.run('systemAdmin', 'noticeChannel', noticeChannel, 'add', {
    name: '清河群',
    settings: { kind: 'weComRobot', url: 'https://robot.example.cn/send' },
    secret: 'key',
  });
  await queueGroupMessage(w.pool, {
    district: w.district,
    channelId: noticeChannel,
    matter: 'progress',
    markdown: '环卫中心今日进度',
    at: w.now(),
  });
  const area = (await w.tools.master.of(w.district)).areas.get('110199001');
  ids = {
    noticeChannel,
    link: linkId,
    issue: issue.id,
    report: report.id,
    unit: w.unitId('clean'),
    area: area?.id ?? '',
  };
}

async function moveInNextDoor(): Promise<void> {
  const keeper = systemActor(neighbor, 'systemAdmin');
  const add = (noun: string, input: object, actor: Actor = keeper) => {
    const id = newId();
    return w.run(actor, noun, id, 'add', { ...input }).then(() => id);
  };
  await add('area', { code: neighbor, name: '邻区' });
  await add('area', { code: `${neighbor}001`, name: '东邻街道' });
  const unitId = await add('unit', { code: 'next', name: '邻区环卫', kind: 'department' });
  for (const role of roles) {
    const login = `next.${role.toLowerCase()}`;
    const personId = await add('person', { name: '邻某', login });
    const place = {
      unitId: role === 'unitHead' ? unitId : null,
      areaCode: role === 'gridWorker' ? `${neighbor}001` : null,
    };
    const post = { personId, role, title: role, ...place };
    posts.set(role, { personId, postId: await add('post', post, systemActor(neighbor)) });
  }
}

beforeAll(async () => {
  w = await world();
  await furnish();
  await moveInNextDoor();
  const { rows } = await w.pool.query<{ id: string }>(
    ['issue', 'report', 'assist', 'approval', 'unit', 'area', 'post', 'deputy', 'patron', 'roster']
      .map((table) => `select id from ${table} where district = '${w.district}'`)
      .concat(
        `select id from notice_channel where district = '${w.district}'`,
        `select id from notice_message where district = '${w.district}'`,
        `select id from duty_rule where district = '${w.district}'`,
        `select id from event where district = '${w.district}'`,
        `select id from session`,
        `select id from catalog_link`,
        `select person_id from post where district = '${w.district}'`,
      )
      .join(' union '),
  );
  own = rows.map(({ id }) => id);
});
afterAll(() => w.drop());

async function contextOf(role: Role): Promise<QueryContext> {
  const master = await w.tools.master.of(neighbor);
  const { personId = '', postId = '' } = posts.get(role) ?? {};
  const actor = master.actor(personId, postId, w.now());
  if (actor?.line !== lineOfRole[role]) throw new Error(`nobody next door is ${role}`);
  const { db, pool } = w;
  return {
    db,
    pool,
    master,
    box: w.tools.box,
    store: w.tools.store,
    actor,
    district: neighbor,
    now: w.now(),
  };
}

/** What is asked with the ids and codes of the first district; left out: nothing is asked for. */
const asked: Partial<Record<QueryName, () => object[]>> = {
  areaMap: () => [{ code: w.district }],
  areaView: () => [{ id: ids.area }],
  areaAt: () => [{ lng: 116.4, lat: 40.1 }],
  issueList: () => [{}, { area: '110199001' }, { unit: ids.unit }, { words: '垃圾' }],
  issueView: () => [{ id: ids.issue }],
  reportList: () => [{}, { area: '110199001' }, { words: '垃圾' }],
  reportView: () => [{ id: ids.report }],
  callbackList: () => [{}, { area: '110199001' }, { unit: ids.unit }],
  callbackView: () => [{ id: ids.report }],
  callbackRates: () => [{}, { unit: ids.unit }],
  revealed: () => [{ eventId: own[0] }],
  readNotices: () => [{ ids: own.slice(0, 100) }],
  eventList: () => [
    { noun: 'issue', id: ids.issue },
    { noun: 'report', id: ids.report },
    { noun: 'unit', id: ids.unit },
    { noun: 'post', id: w.postId('desk') },
  ],
  unitUse: () => [{ id: ids.unit }],
  rosterMonth: () => [{}, { unit: ids.unit }],
  patronList: () => [{}, { area: '110199001' }],
  postList: () => [{}, { unit: ids.unit }],
  dutyOverrules: () => [{}, { unit: ids.unit }],
  groupFeed: () => [{}, { unit: ids.unit }],
  groupUnits: () => [{}, { unit: ids.unit }],
  groupPosts: () => [{}, { unit: ids.unit }],
  dutyTry: () => [{ category: 'E0101', area: '110199001', owner: ids.unit }],
  sheetLoad: () => [{ id: ids.issue }],
  orderLoad: () => [{ id: ids.issue }],
  catalogOpen: () => [{}, { side: 'indicator' }, { side: 'category' }],
  catalogLinks: () => [{}, { status: 'active' }],
  catalogEffect: () => [{ id: ids.link }],
  findingView: () => [{ id: ids.issue }],
  findingLoad: () => [{ id: ids.issue }],
  categoryView: () => [{ code: 'E0101' }],
  calendarView: () => [{ year: 2026 }],
  noticeMessageList: () => [{ id: ids.noticeChannel }],
  tryNoticeChannel: () => [{ id: ids.noticeChannel }],
  calendarPreview: () => [],
  askForBackup: () => [],
};

const inside = (Object.entries(queries) as [QueryName, Query][]).filter(
  ([, query]) => !query.isPublic,
);

describe('of the district next door', () => {
  it.each(inside.map(([name]) => name))('nobody is told by %s', async (name) => {
    for (const role of roles) {
      const context = await contextOf(role);
      for (const input of asked[name]?.() ?? [{}]) {
        const ask = handlers[name] as (context: QueryContext, input: object) => Promise<unknown>;
        const answer = await Promise.resolve()
          .then(() => ask(context, input))
          .catch((error: unknown) => {
            if (error instanceof Refused) return {};
            throw error;
          });
        const text = JSON.stringify(answer);
        expect(
          own.filter((id) => text.includes(id) && !JSON.stringify(input).includes(id)),
        ).toEqual([]);
        expect(text).not.toMatch(/清河|环卫中心|暴露垃圾/);
      }
    }
  });

  it('no action reaches a record', async () => {
    for (const [noun, action, role] of [
      ['issue', 'addNote', 'desk'],
      ['unit', 'retire', 'systemAdmin'],
    ] as const) {
      const { actor } = await contextOf(role);
      const id = noun === 'issue' ? (ids.issue ?? '') : (ids.unit ?? '');
      const input = action === 'addNote' ? { note: '看看' } : {};
      await expect(w.run(actor as Actor, noun, id, action, input)).rejects.toMatchObject({
        status: 404,
      });
    }
  });
});
