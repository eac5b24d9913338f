/** At most four round trips an action: queries that wait for each other, counted at the pool. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Approval } from '../domain/approval.ts';
import { defaultHours } from '../domain/calendar.ts';
import type { Assist } from '../domain/assist.ts';
import { addMinutes, minutesBetween } from '../domain/moment.ts';
import type { Report } from '../domain/reportShape.ts';
import { nouns } from '../domain/nouns.ts';
import { systemActor } from './baseSeed.ts';
import { toolsOn } from './house.ts';
import { perform, type Done } from './perform.ts';
import { testKey } from './testing/cluster.ts';
import { poolWith } from './testing/poolWith.ts';
import { stagedFields } from './testing/stagedCategory.ts';
import { world, type World } from './testing/world.ts';

/** Waves of queries: those that wait for each other count, those sent together count once. */
function waveCounter(): { around(send: () => Promise<unknown>): Promise<unknown>; waves: number } {
  let underWay = 0;
  const counter = {
    waves: 0,
    around: async (send: () => Promise<unknown>) => {
      if (underWay === 0) counter.waves += 1;
      underWay += 1;
      try {
        return await send();
      } finally {
        underWay -= 1;
      }
    },
  };
  return counter;
}

describe('round trips', () => {
  let w: World;
  const most = new Map<string, number>();
  let counted: (
    who: string,
    noun: string,
    id: string,
    action: string,
    input?: Record<string, unknown>,
  ) => Promise<Done>;
  beforeAll(async () => {
    w = await world();
    const counter = waveCounter();
    const tools = toolsOn(poolWith(w.pool, counter.around), testKey, w.now, new EventEmitter());
    counted = async (who, noun, id, action, input = {}) => {
      const actor = who === 'system' ? systemActor(w.district) : await w.actor(who);
      await tools.master.of(w.district);
      counter.waves = 0;
      const done = await perform(tools, actor, { noun, id, action, input, requestId: newId() });
      const name = `${noun}.${action}`;
      most.set(name, Math.max(most.get(name) ?? 0, counter.waves));
      return done;
    };
  });
  afterAll(() => w.drop());

  const place = { areaCode: '110199001001' };
  const submit = async (who = 'grid'): Promise<Report> => {
    const channel = who === 'grid' ? 'patrol' : 'hotline';
    const input = {
      channel,
      content: '垃圾 13812345678',
      complainantName: '王小明',
      ...place,
      photos: [await w.photo(who)],
    };
    return (await counted(who, 'report', newId(), 'submit', input)).record as unknown as Report;
  };
  const accept = async (): Promise<string> => {
    const id = newId();
    await counted('desk', 'issue', id, 'accept', {
      reportId: (await submit()).id,
      categoryCode: 'E0101',
      conditionNo: 1,
      ...place,
    });
    return id;
  };
  const claimed = async (assistUnitIds: string[] = []): Promise<string> => {
    const id = await accept();
    await counted('desk', 'issue', id, 'dispatch', { unitId: w.unitId('clean'), assistUnitIds });
    await counted('head', 'issue', id, 'claim');
    return id;
  };
  const rectified = async (): Promise<string> => {
    const id = await claimed();
    w.pass(20);
    await counted('head', 'issue', id, 'rectify', {
      words: '清了',
      photos: [await w.photo('head')],
      deviceAt: addMinutes(w.now(), -20),
    });
    return id;
  };
  const verifying = async (): Promise<string> => {
    const id = await rectified();
    await counted('desk', 'issue', id, 'sendToVerify', { postId: w.postId('grid') });
    return id;
  };
  const consent = async (
    id: string,
    kind: string,
    who: string,
    action: 'grant' | 'deny',
    hold?: object,
  ): Promise<Approval> => {
    const approvalId = newId();
    await counted(who, 'approval', approvalId, 'ask', {
      issueId: id,
      kind,
      reason: '理由',
      ...(hold ? { hold } : {}),
    });
    return (await counted('leader', 'approval', approvalId, action, { opinion: '意见' }))
      .record as unknown as Approval;
  };
  const assistOf = async (id: string): Promise<Assist> => {
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from assist where issue_id = $1 and status = 'asked'`,
      [id],
    );
    return w.read<Assist>('assist', rows[0]?.id ?? '');
  };

  it('walk the main road and its rework', async () => {
    const id = await verifying();
    await counted('grid', 'issue', id, 'fail', {
      words: '不干净',
      photos: [await w.photo('grid')],
    });
    await counted('head', 'issue', id, 'assign', { postId: w.postId('officer') });
    await counted('head', 'issue', id, 'unassign');
    w.pass(6000);
    await counted('head', 'issue', id, 'rectify', {
      words: '清了',
      photos: [await w.photo('head')],
    });
    await counted('desk', 'issue', id, 'sendToVerify');
    await counted('grid', 'issue', id, 'pass', { words: '干净', photos: [await w.photo('grid')] });
    await counted('desk', 'issue', id, 'close');
    await consent(id, 'appeal', 'head', 'grant');
    await counted('desk', 'issue', id, 'reopen', { note: '未解决' });
  });

  it('walk the side roads', async () => {
    const id = await claimed();
    await consent(id, 'extension', 'head', 'deny');
    await consent(id, 'extension', 'head', 'grant');
    await consent(id, 'hold', 'head', 'grant', { until: '2026-04-01', kind: 'short' });
    await counted('head', 'issue', id, 'resume');
    await counted('desk', 'issue', id, 'transfer', { unitId: w.unitId('street'), note: '转' });
    await counted('desk', 'issue', id, 'markUrgent', { isUrgent: true, note: '急' });
    await counted('streetHead', 'issue', id, 'sendBack', { note: '退' });
    await counted('desk', 'issue', id, 'addNote', { note: '电话 13812345678' });
    const photo = await w.photo('desk');
    await counted('desk', 'issue', id, 'addPhotos', { photos: [photo] });
    await counted('shift', 'issue', id, 'destroyPhoto', { photoId: photo, reason: '人脸' });
    const into = await accept();
    await counted('desk', 'issue', id, 'merge', { intoId: into, note: '同一处' });
    await counted('desk', 'issue', id, 'unmerge', { note: '不是' });
    await consent(id, 'void', 'shift', 'grant');
    await consent(into, 'forceClose', 'desk', 'grant');
    await consent(await rectified(), 'lateOffline', 'head', 'grant');
    const late = await accept();
    w.pass(3000);
    await counted('system', 'issue', late, 'escalate', {
      clock: 'desk',
      level: 1,
      due: w.now(),
      isLast: true,
    });
  });

  it('ask others for help', async () => {
    const id = await claimed([w.unitId('street'), w.unitId('community')]);
    const first = await assistOf(id);
    const who = first.unitId === w.unitId('street') ? 'streetHead' : 'communityHead';
    await counted(who, 'assist', first.id, 'claim');
    const photo = await w.photo(who);
    await counted(who, 'assist', first.id, 'finish', { result: '好了', photos: [photo] });
    await counted('shift', 'assist', first.id, 'destroyPhoto', { photoId: photo, reason: '人脸' });
    w.pass(6000);
    const second = await assistOf(id);
    await counted('system', 'assist', second.id, 'escalate', { due: second.due });
    await counted('desk', 'assist', second.id, 'release', { note: '不需要了' });
    const other = await claimed();
    await counted('desk', 'assist', newId(), 'ask', {
      issueId: other,
      unitId: w.unitId('street'),
      task: '协助',
    });
    const asked = newId();
    await counted('head', 'approval', asked, 'ask', {
      issueId: other,
      kind: 'extension',
      reason: '理由',
    });
    w.pass(6000);
    await counted('system', 'approval', asked, 'escalate', { due: w.now() });
  });

  it('follow a report', async () => {
    const { id } = await submit();
    await counted('desk', 'report', id, 'amend', { content: '垃圾还在', urgency: 'utility' });
    await counted('desk', 'report', id, 'confirm', { postId: w.postId('grid') });
    await counted('grid', 'report', id, 'answerConfirm', {
      result: 'true',
      words: '属实',
      photos: [await w.photo('grid')],
    });
    const issueId = await accept();
    await counted('desk', 'report', id, 'join', { issueId });
    await counted('desk', 'report', id, 'leave', { note: '不是一处' });
    await counted('desk', 'report', id, 'join', { issueId });
    const more = await submit();
    await counted('desk', 'report', more.id, 'join', { issueId });
    const force = { issueId, kind: 'forceClose', reason: '理由' };
    const asked = await w.run('desk', 'approval', newId(), 'ask', force);
    await w.run('leader', 'approval', asked.event.recordId, 'grant');
    await counted('system', 'report', id, 'openAnswer');
    await counted('system', 'report', more.id, 'openAnswer');
    await counted('desk', 'report', id, 'answer', { answer: '已办' });
    await counted('desk', 'issue', issueId, 'reopen', { note: '未解决' });
    await counted('system', 'report', more.id, 'closeAnswer');
    await counted('desk', 'report', id, 'reveal', { reason: '回访' });
    await counted('securityAdmin', 'report', id, 'anonymize', { reason: '到期' });
    const own = await submit();
    await counted('grid', 'report', own.id, 'selfHandle', {
      words: '清了',
      photos: [await w.photo('grid')],
    });
    await counted('desk', 'report', (await submit()).id, 'decline', { reason: '不属实' });
    await counted('grid', 'report', (await submit()).id, 'withdraw', { reason: '误报' });
    const photo = await w.photo('grid');
    const shown = (
      await counted('grid', 'report', newId(), 'submit', {
        channel: 'patrol',
        content: '垃圾',
        ...place,
        photos: [photo],
      })
    ).record;
    await counted('shift', 'report', shown.id, 'destroyPhoto', { photoId: photo, reason: '人脸' });
    w.pass(6000);
    await counted('system', 'report', shown.id, 'escalate', { clock: 'accept', due: w.now() });
  });

  it('reach a stage and count again what a notice moves', async () => {
    const workDay = { value: 1, unit: 'workDay' };
    const limits = { danger: workDay, utility: workDay, ordinary: workDay, complex: workDay };
    await counted('systemAdmin', 'setting', newId(), 'add', {
      code: 'acceptLimits',
      value: limits,
    });
    await counted('desk', 'issue', (await w.issue()).id, 'nameOwner', {
      unitId: w.unitId('street'),
      note: '联席会议明确',
    });
    await counted('systemAdmin', 'category', newId(), 'add', await stagedFields(w));
    w.pass(minutesBetween(w.now(), '2026-12-31T08:00:00.000Z'));
    const id = await claimed([w.unitId('street')]);
    const photos = [await w.photo('head')];
    await counted('head', 'issue', id, 'reachMilestone', { words: '已停工', photos });
    const asked = newId();
    const extension = { issueId: id, kind: 'extension', reason: '理由' };
    await counted('head', 'approval', asked, 'ask', extension);
    const report = await submit();
    const days = [1, 2, 3].map((day) => ({ day: `2027-01-0${day}`, name: '元旦' }));
    await counted('systemAdmin', 'calendarYear', newId(), 'add', {
      code: '2027',
      year: 2027,
      isAnnounced: true,
      holidays: days,
      makeUpDays: [],
      hours: defaultHours,
    });
    const assist = await assistOf(id);
    for (const [noun, record] of [
      ['issue', id],
      ['report', report.id],
      ['assist', assist.id],
      ['approval', asked],
    ] as const)
      await counted('system', noun, record, 'recompute');
  });

  it('ask complainants back', async () => {
    const good = { isContacted: true, solved: 'yes', satisfaction: 'satisfied' };
    const bad = { ...good, solved: 'no', why: '又堆上了，电话 13812345678' };
    const closed = async (): Promise<{ issueId: string; reportId: string; closedAt: string }> => {
      const phone = { complainantPhone: '13812345678' };
      const issue = await w.issue({ status: 'closed', report: phone });
      const { rows } = await w.pool.query<{ id: string }>(
        `select id from report where issue_id = $1`,
        [issue.id],
      );
      return { issueId: issue.id, reportId: rows[0]?.id ?? '', closedAt: issue.closedAt ?? '' };
    };
    const opened = async (): Promise<string> => {
      const id = newId();
      await counted('system', 'callback', id, 'open', { ...(await closed()), isRepeat: false });
      return id;
    };
    const taken = async (id: string): Promise<string> => {
      await counted('desk', 'callback', id, 'claim');
      return id;
    };
    const act = (who: string, id: string, action: string, input = {}) =>
      counted(who, 'callback', id, action, input);
    const first = await taken(await opened());
    await act('desk', first, 'release');
    await taken(first);
    await act('desk', first, 'logAttempt', { outcome: 'noAnswer', note: '13812345678' });
    await taken(first);
    await act('desk', first, 'record', bad);
    await act('head', first, 'contest', { reason: '理由' });
    await act('shift', first, 'uphold', { opinion: '意见' });
    await act('system', first, 'anonymize');
    await act('desk', await taken(await opened()), 'invalidate', { invalidReason: 'refused' });
    await act('system', await opened(), 'cancel');
    const coded = await opened();
    await act('system', coded, 'answerByCode', good);
    await act('shift', coded, 'revisit', { opinion: '核对' });
    await act('system', coded, 'answerByCode', good);
    await act('head', coded, 'contest', { reason: '理由' });
    await act('shift', coded, 'strike', { opinion: '不合理' });
    const late = await opened();
    const forgotten = await opened();
    await act('system', late, 'answerByCode', good);
    await act('head', late, 'contest', { reason: '理由' });
    const again = newId();
    await act('system', again, 'open', { ...(await closed()), isRepeat: true });
    await act('system', again, 'answerByCode', bad);
    await act('shift', again, 'agreeReopen', { opinion: '属实' });
    const loaded = { channel: 'hotline', senderCode: '12345', outsideNumber: 'R-1' };
    const { id: reportId } = await w.report(loaded);
    const result = { reportId, loaderId: w.personId('desk'), ...good };
    await act('system', newId(), 'recordOutside', result);
    w.pass(20_000);
    await act('system', late, 'escalate', { due: w.now() });
    await act('system', forgotten, 'expire', { due: w.now() });
  });

  it('are at most four for a finding and the report that comes with it', async () => {
    const id = newId();
    const told = { item: '地面干净', words: '积水 13812345678', ...place };
    await counted('assessor', 'finding', id, 'record', {
      ...told,
      photos: [await w.photo('assessor')],
    });
    await counted('assessor', 'finding', id, 'amend', { measure: 3, measureUnit: '处' });
    await counted('assessor', 'finding', id, 'withdraw', { reason: '看错了' });
  });

  it('are at most four when a matter follows its merged unit', async () => {
    const id = await claimed([w.unitId('street')]);
    const assist = await assistOf(id);
    const input = { fromId: w.unitId('street'), unitId: w.unitId('community') };
    await counted('system', 'assist', assist.id, 'followUnit', input);
    await counted('system', 'issue', id, 'followUnit', input);
  });

  it('are at most four for every action of the loop', () => {
    const open = (
      ['report', 'issue', 'assist', 'approval', 'callback', 'finding'] as const
    ).flatMap((noun) =>
      Object.entries(nouns[noun].actions)
        .filter(
          ([, row]) => !('isInner' in row && row.isInner) && !('consent' in row && row.consent),
        )
        .map(([action]) => `${noun}.${action}`),
    );
    expect(open.filter((name) => !most.has(name))).toEqual([]);
    expect([...most].filter(([, waves]) => waves > 4)).toEqual([]);
  });
});
