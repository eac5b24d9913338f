/** A finding: who may record it, that its report follows, and that nobody inspected touches it. */
import fc from 'fast-check';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../domain/finding.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { expectReplay } from '../testing/replay.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';

let w: World;
const siteId = newId();

beforeAll(async () => {
  w = await world({
    posts: {
      desk: { role: 'desk' },
      shift: { role: 'shiftLeader' },
      head: { role: 'unitHead', unit: 'clean' },
      officer: { role: 'officer', unit: 'clean' },
      streetHead: { role: 'unitHead', unit: 'street' },
      grid: { role: 'gridWorker', area: '110199001' },
      assessor: { role: 'assessor' },
      second: { role: 'assessor' },
      headAsAssessor: { role: 'assessor', person: 'head' },
      leader: { role: 'leader' },
      supervisor: { role: 'supervisor' },
      systemAdmin: { role: 'systemAdmin' },
      securityAdmin: { role: 'securityAdmin' },
      auditAdmin: { role: 'auditAdmin' },
    },
  });
  await w.run('systemAdmin', 'site', siteId, 'add', {
    name: '学府路菜市场',
    siteType: '农贸市场',
    areaCode: '110199001001',
    unitId: w.unitId('clean'),
    address: '学府路 8 号',
    place: { lng: 116.31, lat: 39.99 },
  });
});
afterAll(() => w.drop());

const told = { item: '地面干净', words: '摊位前有积水', measure: 3, measureUnit: '处' };

async function recorded(who = 'assessor', input: Record<string, unknown> = {}): Promise<Finding> {
  const done = await w.run(who, 'finding', newId(), 'record', { ...told, siteId, ...input });
  return done.record as unknown as Finding;
}

const reportOf = ({ reportId }: Finding): Promise<Report> => w.read<Report>('report', reportId);

describe('a finding', () => {
  it('brings a report that has it as its origin, with its place, words and photos', async () => {
    const photo = await w.photo('assessor');
    const finding = await recorded('assessor', { photos: [photo] });
    expect(finding).toMatchObject({
      ...told,
      status: 'recorded',
      unitId: w.unitId('clean'),
      areaCode: '110199001001',
      assessorId: w.personId('assessor'),
      photoCount: 1,
    });
    expect(await reportOf(finding)).toMatchObject({
      status: 'submitted',
      channel: 'inspection',
      originNoun: 'finding',
      originId: finding.id,
      content: '地面干净：摊位前有积水（3 处）',
      siteId,
      areaCode: '110199001001',
      photoCount: 1,
      reporterId: w.personId('assessor'),
    });
    const { rows } = await w.pool.query(
      `select noun, record_id from attachment where photo_id = $1`,
      [photo],
    );
    expect(rows).toEqual([{ noun: 'report', record_id: finding.reportId }]);
  });

  it('is recorded by the inspecting side and the desk, by nobody else', async () => {
    for (const who of ['assessor', 'supervisor', 'desk', 'shift'])
      expect((await recorded(who)).recorderId).toBe(w.personId(who));
    for (const who of [
      'head',
      'officer',
      'streetHead',
      'grid',
      'leader',
      'systemAdmin',
      'securityAdmin',
      'auditAdmin',
    ])
      expect(await refusedBy(recorded(who)), who).toMatchObject({ code: 'notYourRole' });
  });

  it('is never touched by the inspected unit, under whatever post', async () => {
    const finding = await recorded();
    const change = (who: string, action: string, input: object) =>
      refusedBy(w.run(who, 'finding', finding.id, action, { ...input }));
    for (const who of ['head', 'officer']) {
      expect(await change(who, 'amend', { words: '没有积水' })).toMatchObject({
        code: 'notYourRole',
      });
      expect(await change(who, 'withdraw', { reason: '不属实' })).toMatchObject({
        code: 'notYourRole',
      });
    }
    expect(await change('headAsAssessor', 'withdraw', { reason: '不属实' })).toMatchObject({
      code: 'inspectedUnit',
    });
    expect(await refusedBy(recorded('headAsAssessor'))).toMatchObject({ code: 'inspectedUnit' });
    expect(await change('second', 'withdraw', { reason: '不属实' })).toMatchObject({
      code: 'notYours',
    });
    expect(await change('desk', 'amend', { words: '没有积水' })).toMatchObject({
      code: 'notYours',
    });
    expect(await w.read('finding', finding.id)).toEqual(finding);
  });

  it('is corrected and taken back by the inspecting side, its report with it', async () => {
    const finding = await recorded();
    await w.run('assessor', 'finding', finding.id, 'amend', { measure: 5 });
    expect((await reportOf(finding)).content).toBe('地面干净：摊位前有积水（5 处）');
    expect(
      await refusedBy(
        w.run('assessor', 'report', finding.reportId, 'withdraw', { reason: '看错了' }),
      ),
    ).toMatchObject({ code: 'fromFinding' });
    await w.run('supervisor', 'finding', finding.id, 'withdraw', { reason: '看错了' });
    expect(await w.read('finding', finding.id)).toMatchObject({
      status: 'withdrawn',
      withdrawnReason: '看错了',
    });
    expect(await reportOf(finding)).toMatchObject({ status: 'withdrawn', escalateAt: null });
  });

  it('stands once the desk has accepted its report, until the report left the issue again', async () => {
    const finding = await recorded();
    await w.run('desk', 'issue', newId(), 'accept', {
      reportId: finding.reportId,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
    });
    for (const [action, input] of [
      ['amend', { measure: 9 }],
      ['withdraw', { reason: '看错了' }],
    ] as const)
      expect(
        await refusedBy(w.run('assessor', 'finding', finding.id, action, input)),
      ).toMatchObject({ code: 'decided' });
  });

  it('is refused without a place, in the future, by a person who is not there', async () => {
    const bad = (input: Record<string, unknown>) =>
      refusedBy(w.run('assessor', 'finding', newId(), 'record', { item: '地面干净', ...input }));
    expect(await bad({})).toMatchObject({ code: 'noPlace' });
    expect(await bad({ siteId: newId() })).toMatchObject({ code: 'noSite' });
    expect(await bad({ siteId, foundAt: '2027-01-01T00:00:00.000Z' })).toMatchObject({
      code: 'future',
    });
    expect(await bad({ siteId, personId: newId() })).toMatchObject({ code: 'noAssessor' });
    expect(await bad({ address: '东门', categoryCode: 'E9999' })).toMatchObject({
      code: 'noCategory',
    });
    expect(await bad({ siteId, measure: -1 })).toMatchObject({ code: 'badInput' });
  });

  it('walks at random by all hands: withdrawn together with its report, and never otherwise; it replays', async () => {
    const people = ['assessor', 'second', 'supervisor', 'shift', 'desk', 'head', 'headAsAssessor'];
    const findings: Finding[] = [];
    const steps: Record<string, (who: string, finding: Finding) => Promise<unknown>> = {
      amend: (who, { id }) => w.run(who, 'finding', id, 'amend', { measure: 7 }),
      withdraw: (who, { id }) => w.run(who, 'finding', id, 'withdraw', { reason: '看错了' }),
      withdrawReport: (who, { reportId }) =>
        w.run(who, 'report', reportId, 'withdraw', { reason: '看错了' }),
      confirm: (who, { reportId }) => w.run(who, 'report', reportId, 'confirm', {}),
      decline: (who, { reportId }) => w.run(who, 'report', reportId, 'decline', { reason: '无' }),
      accept: (who, { reportId }) =>
        w.run(who, 'issue', newId(), 'accept', {
          reportId,
          categoryCode: 'E0101',
          conditionNo: 1,
          areaCode: '110199001001',
        }),
    };
    const done = new Set<string>();
    const step = fc.tuple(
      fc.constantFrom('record', ...Object.keys(steps)),
      fc.constantFrom(...people),
      fc.nat(5),
    );
    for (const [name, who, back] of fc.sample(step, { numRuns: 160, seed: 11 })) {
      const chosen = findings.at(-1 - back);
      try {
        if (name === 'record' || !chosen) findings.push(await recorded(who));
        else await steps[name]?.(who, chosen);
        done.add(name);
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
      }
    }
    expect([...done].sort()).toEqual(
      ['record', 'amend', 'withdraw', 'confirm', 'decline', 'accept'].sort(),
    );
    for (const { id } of findings) {
      const { status, reportId } = await w.read<Finding>('finding', id);
      const report = await w.read<Report>('report', reportId);
      expect(report.status === 'withdrawn').toBe(status === 'withdrawn');
    }
    await expectReplay(w);
  });
});
