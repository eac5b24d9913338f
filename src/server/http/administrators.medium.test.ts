/** What the administrators of one district may do with people, posts, units and rosters. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Person } from '../../domain/person.ts';
import { resetPassword } from '../adapters/firstRecords.ts';
import { systemActor } from '../baseSeed.ts';
import { perform } from '../perform.ts';
import { served, type Client, type Served } from '../testing/served.ts';

const elsewhere = '110198';

describe('administrators', () => {
  let s: Served;
  let system: Client;
  let security: Client;
  beforeAll(async () => {
    s = await served();
    system = await s.signIn('systemAdmin');
    security = await s.signIn('securityAdmin');
  });
  afterAll(() => s.stop());

  const addPerson = async (login: string): Promise<string> => {
    const id = newId();
    expect((await system.act('persons', id, 'add', { name: '某人', login })).status).toBe(200);
    return id;
  };
  const appoint = (personId: string, role: string, who = security) =>
    who.act('posts', newId(), 'add', { personId, role, title: '岗位' });
  const appointElsewhere = (personId: string) =>
    s.run(systemActor(elsewhere), 'post', newId(), 'add', {
      personId,
      role: 'desk',
      title: '外区专席',
    });

  it('resets a password once for a request that comes twice', async () => {
    const id = await addPerson('twice');
    const requestId = newId();
    const reset = () =>
      security.act<{ password?: string; eventId: string }>(
        'persons',
        id,
        'resetPassword',
        {},
        { requestId },
      );
    const first = await reset();
    expect(first.body.password).toMatch(/.{12}/);
    const own = 'a password of my own';
    await s.serving.accounts.changePassword(id, first.body.password ?? '', own);
    const again = await reset();
    expect(again.body).toEqual({ ...first.body, password: undefined });
    expect((await s.stranger.post('/api/session', { login: 'twice', password: own })).status).toBe(
      200,
    );
  });

  it('leaves the account of whoever serves in another district alone', async () => {
    const id = await addPerson('abroad');
    expect((await security.get(`/api/${s.district}/events/person/${id}`)).status).toBe(200);
    await appointElsewhere(id);
    const answers = await Promise.all([
      system.act('persons', id, 'edit', { name: '改名' }),
      system.act('persons', id, 'retire'),
      security.act('persons', id, 'resetPassword'),
      security.act('persons', id, 'unlock'),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [409, 'servesElsewhere']),
    );
    const list = await security.get<{ items: { id: string }[] }>(
      `/api/${s.district}/persons?words=abroad`,
    );
    expect(list.body.items).toEqual([]);
    expect((await security.get(`/api/${s.district}/events/person/${id}`)).status).toBe(404);
  });

  it('lets no administrator take over another; the command line may', async () => {
    const id = s.personId('auditAdmin');
    expect((await security.act('persons', id, 'resetPassword')).status).toBe(200);
    await s.signIn('auditAdmin');
    const answer = await security.act('persons', id, 'resetPassword');
    expect([answer.status, answer.body.code]).toEqual([409, 'administrator']);
    expect(answer.body.message).toContain('admin reset');
    expect(await resetPassword(s.tools, s.pool, 'auditadmin')).toBe(id);
  });

  it('appoints nobody who is not there or has left, and nobody themselves', async () => {
    expect((await appoint(newId(), 'desk')).body.code).toBe('noPerson');
    const left = await addPerson('left');
    await system.act('persons', left, 'retire');
    expect((await appoint(left, 'desk')).body.code).toBe('noPerson');
    expect((await appoint(s.personId('securityAdmin'), 'desk')).body.code).toBe('oneself');
  });

  it('gives nobody two administrators’ posts, not even in two districts at once', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await addPerson(`both${round}`);
      const order = (role: string) => ({
        noun: 'post',
        id: newId(),
        action: 'add',
        requestId: newId(),
        input: { personId: id, role, title: '管理员' },
      });
      const outcomes = await Promise.allSettled([
        perform(s.tools, systemActor(s.district), order('systemAdmin')),
        perform(s.tools, systemActor(elsewhere), order('auditAdmin')),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await s.tools.store.postsHeldBy(id)).toHaveLength(1);
      expect((await s.read<Person>('person', id)).version).toBe(2);
    }
  });

  it('keeps the units a tree', async () => {
    const edit = (unit: string, parentId: string) =>
      system.act('units', s.unitId(unit), 'edit', { parentId });
    expect((await edit('street', s.unitId('community'))).body.code).toBe('itself');
    expect((await edit('street', s.unitId('street'))).body.code).toBe('itself');
    expect((await edit('street', newId())).body.code).toBe('noParent');
    const add = { code: 'new', name: '新单位', kind: 'firm', parentId: newId() };
    expect((await system.act('units', newId(), 'add', add)).body.code).toBe('noParent');
    expect((await edit('clean', s.unitId('community'))).status).toBe(200);
  });

  it('puts only the unit’s own posts on its roster', async () => {
    const head = await s.signIn('head');
    const shift = { weekdays: [1], startsAt: '08:00', endsAt: '20:00' };
    const add = (post: string) =>
      head.act<{ record: { id: string } }>('rosters', newId(), 'add', {
        unitId: s.unitId('clean'),
        postId: s.postId(post),
        ...shift,
      });
    expect((await add('streetHead')).status).toBe(409);
    const own = await add('officer');
    expect(own.status).toBe(200);
    const moved = await head.act('rosters', own.body.record.id, 'edit', {
      postId: s.postId('streetHead'),
    });
    expect(moved.body.code).toBe('notOfUnit');
  });

  it('takes a citizen’s second try with another upload token for the same report', async () => {
    const [id, requestId] = [newId(), newId()];
    const send = async () => {
      const { token } = (
        await s.stranger.post<{ token: string }>(`/api/${s.district}/citizen/upload-token`, {})
      ).body;
      return s.stranger.post<{ number: string }>(
        `/api/${s.district}/citizen/reports/${id}`,
        { requestId, input: { content: '路灯不亮', areaCode: '110199001' } },
        { 'x-upload-token': token },
      );
    };
    const first = await send();
    expect(first.status).toBe(200);
    expect((await send()).body).toEqual(first.body);
  });
});
