/**
 * World: a test's whole world in one literal, made by real actions on a real database of its own.
 *
 *   const w = await world({ posts: { dee: { role: 'desk' }, olli: { role: 'officer', unit: 'clean' } } });
 *   const issueId = await w.issue({ status: 'claimed' });
 */
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { inject } from 'vitest';
import type { Actor, Role } from '../../domain/access.ts';
import { lineOfRole } from '../../domain/access.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { connect, type Connections } from '../database.ts';
import { toolsOn } from '../house.ts';
import { perform, type Done, type Performing } from '../perform.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { testKey } from './cluster.ts';

export const testDistrict = '110199';

export interface WorldOptions {
  /** Units by nickname; `parent` is a nickname. Default: clean 环卫中心, street 清河街道 with community. */
  units?: Record<string, { name?: string; kind?: string; parent?: string; area?: string }>;
  /** People by nickname, each with one post. Default: one of each role. */
  posts?: Record<string, { role: Role; unit?: string; area?: string; person?: string }>;
  /** The moment at the beginning; it moves by `w.pass(minutes)`. Default a Wednesday, 10:00 local. */
  now?: Moment;
}

const defaultUnits: NonNullable<WorldOptions['units']> = {
  clean: { name: '环卫中心', kind: 'department' },
  street: { name: '清河街道办事处', kind: 'subdistrict', area: '110199001' },
  community: { name: '学府社区', kind: 'community', parent: 'street', area: '110199001001' },
};

const defaultPosts: NonNullable<WorldOptions['posts']> = {
  desk: { role: 'desk' },
  shift: { role: 'shiftLeader' },
  head: { role: 'unitHead', unit: 'clean' },
  officer: { role: 'officer', unit: 'clean' },
  streetHead: { role: 'unitHead', unit: 'street' },
  communityHead: { role: 'unitHead', unit: 'community' },
  grid: { role: 'gridWorker', area: '110199001' },
  otherGrid: { role: 'gridWorker', area: '110199002' },
  assessor: { role: 'assessor' },
  leader: { role: 'leader' },
  supervisor: { role: 'supervisor' },
  systemAdmin: { role: 'systemAdmin' },
  securityAdmin: { role: 'securityAdmin' },
  auditAdmin: { role: 'auditAdmin' },
};

/** A database of the test's own, copied from the template. */
export async function testDatabase(): Promise<
  Connections & { config: pg.ClientConfig; drop(): Promise<void> }
> {
  const cluster = inject('cluster');
  const name = `t_${newId().replaceAll('-', '')}`;
  const owner = new pg.Client({ ...cluster, database: 'postgres' });
  await owner.connect();
  await owner.query(`select pg_advisory_lock(9)`);
  await owner.query(`create database ${name} template template_loop`);
  await owner.end();
  const config = { ...cluster, database: name };
  const connections = connect(config, { role: APPLICATION_ROLE, max: 12 });
  return {
    ...connections,
    config,
    drop: async () => {
      await connections.close();
      const last = new pg.Client({ ...cluster, database: 'postgres' });
      await last.connect();
      await last.query(`drop database ${name} with (force)`);
      await last.end();
    },
  };
}

export type World = Awaited<ReturnType<typeof world>>;

export async function world(options: WorldOptions = {}) {
  const { units = defaultUnits, posts = defaultPosts } = options;
  const database = await testDatabase();
  let now: Moment = options.now ?? '2026-03-04T02:00:00.000Z';
  const signals = new EventEmitter();
  const tools: Performing = toolsOn(database.pool, testKey, () => now, signals);
  const admin = systemActor(testDistrict, 'systemAdmin');
  const security = systemActor(testDistrict, 'system');

  const run = async (
    who: string | Actor,
    noun: string,
    id: string,
    action: string,
    input: Record<string, unknown> = {},
    extra: { requestId?: string; seen?: number } = {},
  ): Promise<Done> =>
    perform(tools, typeof who === 'string' ? await actor(who) : who, {
      noun,
      id,
      action,
      input,
      requestId: extra.requestId ?? newId(),
      seen: extra.seen,
    });

  const unitId = (nickname: string): string => idFrom(`test unit ${nickname}`);
  const personId = (nickname: string): string =>
    idFrom(`test person ${posts[nickname]?.person ?? nickname}`);
  const postId = (nickname: string): string => idFrom(`test post ${nickname}`);

  const actor = async (nickname: string): Promise<Actor> => {
    const master = await tools.master.of(testDistrict);
    const found = master.actor(personId(nickname), postId(nickname), now);
    if (!found) throw new Error(`nobody called ${nickname}`);
    return found;
  };

  const areas: [string, string][] = [
    [testDistrict, '测试区'],
    ['110199001', '清河街道'],
    ['110199001001', '学府社区'],
    ['110199002', '上地街道'],
    ['110199002001', '西二旗社区'],
  ];
  for (const [code, name] of areas)
    await run(admin, 'area', idFrom(`test area ${code}`), 'add', { code, name });
  for (const [nickname, unit] of Object.entries(units)) {
    await run(admin, 'unit', unitId(nickname), 'add', {
      code: nickname,
      name: unit.name ?? nickname,
      kind: unit.kind ?? 'department',
      parentId: unit.parent ? unitId(unit.parent) : null,
      areaCode: unit.area ?? null,
    });
  }
  for (const [nickname, post] of Object.entries(posts)) {
    if (!post.person) {
      await run({ ...admin, district: testDistrict }, 'person', personId(nickname), 'add', {
        name: `${nickname}某`,
        login: nickname.toLowerCase(),
      });
    }
    await run(security, 'post', postId(nickname), 'add', {
      personId: personId(nickname),
      role: post.role,
      title: post.role,
      unitId: post.unit ? unitId(post.unit) : null,
      areaCode: post.area ?? null,
    });
  }
  await run(admin, 'sender', idFrom('test sender'), 'add', {
    code: '12345',
    name: '市 12345',
    channel: 'hotline',
  });

  /** A finished photo of a person, as the upload leaves it (the bytes are not looked at here). */
  const photo = async (nickname: string): Promise<string> => {
    const id = newId();
    await database.pool.query(
      `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
       values ($1, $2, $3, $4, 1000, 'complete', 'jpeg', $5, $5)`,
      [testDistrict, id, personId(nickname), id.replaceAll('-', '').padEnd(64, '0'), now],
    );
    return id;
  };

  const report = async (input: Record<string, unknown> = {}, who = 'desk'): Promise<Report> => {
    const done = await run(who, 'report', newId(), 'submit', {
      channel: who === 'grid' ? 'patrol' : 'hotline',
      content: '路边有暴露垃圾，味道很大',
      areaCode: '110199001001',
      address: '学府路 1 号',
      ...input,
    });
    return done.record as unknown as Report;
  };

  /** An issue led by `unit` taken to a status by the usual people. */
  const issue = async (
    options: {
      status?: Issue['status'];
      unit?: string;
      report?: Record<string, unknown>;
      accept?: Record<string, unknown>;
    } = {},
  ): Promise<Issue> => {
    const { status = 'accepted', unit = 'clean' } = options;
    const first = await report(options.report);
    const id = newId();
    const step = (who: string, action: string, input: Record<string, unknown> = {}) =>
      run(who, 'issue', id, action, input);
    let done = await step('desk', 'accept', {
      reportId: first.id,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
      ...options.accept,
    });
    const road: [Issue['status'], () => Promise<Done>][] = [
      ['dispatched', () => step('desk', 'dispatch', { unitId: unitId(unit) })],
      ['claimed', () => step('head', 'claim')],
      [
        'rectified',
        async () => step('head', 'rectify', { words: '已清理', photos: [await photo('head')] }),
      ],
      ['verifying', () => step('desk', 'sendToVerify')],
      [
        'passed',
        async () => step('grid', 'pass', { words: '已干净', photos: [await photo('grid')] }),
      ],
      ['closed', () => step('desk', 'close')],
    ];
    for (const [reached, go] of road) {
      if (done.record.status === status) break;
      done = await go();
      if (reached === status) break;
    }
    return done.record as unknown as Issue;
  };

  return {
    ...database,
    tools,
    signals,
    district: testDistrict,
    base: baseDistrict,
    run,
    actor,
    unitId,
    personId,
    postId,
    photo,
    report,
    issue,
    lineOf: (role: Role) => lineOfRole[role],
    now: () => now,
    /** Lets minutes go by. */
    pass: (minutes: number) => {
      now = addMinutes(now, minutes);
      return now;
    },
    read: async <T>(noun: string, id: string): Promise<T> =>
      (await tools.store.find(noun, testDistrict, [id]))[0] as unknown as T,
  };
}
