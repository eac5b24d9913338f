/** Findings over HTTP: checked with their photos, imported, repeated, changed, refused and mended, undone. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryOutput } from '../../domain/api.ts';
import type { Finding } from '../../domain/finding.ts';
import type { FindingLoadRow } from '../../domain/findingApi.ts';
import type { Report } from '../../domain/reportShape.ts';
import { findingFiles, findingTable, photoOf } from '../testing/findingFiles.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { served, type Client, type Served } from '../testing/served.ts';
import { textsOf } from '../testing/workbook.ts';
import { zipOf } from '../testing/zip.ts';
import { takeArchive } from './check.ts';
import { archivePath, expireFindings, getLoad } from './loads.ts';

let s: Served;
let assessor: Client;
let files: ReturnType<typeof findingFiles>;
const siteId = newId();
let [red, green]: Buffer[] = [];

beforeAll(async () => {
  s = await served();
  files = findingFiles(s);
  assessor = await s.signIn('assessor');
  await s.run('systemAdmin', 'site', siteId, 'add', {
    name: '学府路菜市场',
    siteType: '农贸市场',
    areaCode: '110199001001',
    unitId: s.unitId('clean'),
    address: '学府路 8 号',
    place: { lng: 116.31, lat: 39.99 },
  });
  [red, green] = [await photoOf('#aa2222'), await photoOf('#22aa22', 'png')];
});
afterAll(() => s.stop());

const head = [
  '编号',
  '检查时间',
  '点位',
  '地点',
  '检查项目',
  '问题描述',
  '数量',
  '小类',
  '照片',
  '测评员',
];
const line = (number: string, changed: Partial<Record<string, string>> = {}): string[] =>
  head.map(
    (title) =>
      changed[title] ??
      {
        编号: number,
        检查时间: '2026-03-03 09:15',
        点位: '学府路菜市场',
        检查项目: '地面干净',
        问题描述: '摊位前有积水，找 13800010000',
        数量: '3 处',
      }[title] ??
      '',
  );

const findings = async (prefix: string): Promise<Finding[]> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from finding where row_key like $1 and status = 'recorded' order by row_key`,
    [`n:${prefix}%`],
  );
  return Promise.all(rows.map(({ id }) => s.read<Finding>('finding', id)));
};
const load = async (...rows: string[][]) => {
  const { status, body } = await files.upload(assessor, await findingTable([head, ...rows]));
  expect(status, body.message).toBe(200);
  return body.load;
};

describe('a table of findings', () => {
  it('is shown as it will be, imported with its photos, and known when it comes again', async () => {
    const rows = [
      line('CP-A-001', { 照片: '门口.jpg；IMG_2' }),
      line('CP-A-002', { 小类: 'E0101', 测评员: '外请李四' }),
    ];
    const first = await load(...rows);
    expect(first.counts).toMatchObject({ added: 1, refused: 1 });
    expect(first.reasons[0]?.reason).toContain('还没有上传照片压缩包');
    const zip = zipOf([
      { name: '', rawName: iconv.encode('三月照片/门口.JPG', 'gbk'), bytes: red ?? Buffer.of() },
      { name: '三月照片/IMG_2.png', bytes: green ?? Buffer.of(), flags: 0x800 },
      { name: '三月照片/多余.jpg', bytes: red ?? Buffer.of(), flags: 0x800 },
      { name: '__MACOSX/._x.jpg', bytes: Buffer.from('x') },
    ]);
    const { status, body } = await files.uploadPhotos(assessor, first, zip);
    expect(status, body.message).toBe(200);
    expect(body.load.counts).toMatchObject({ added: 2, refused: 0, photos: 2 });
    expect(body.load.notes.join()).toContain('1 张照片没有被表格提到');
    const { preview } = await files.view(assessor, body.load);
    expect(JSON.stringify(preview)).not.toContain('13800010000');
    expect(preview[0]?.photos.map(({ name }) => name)).toEqual([
      '三月照片/门口.JPG',
      '三月照片/IMG_2.png',
    ]);
    expect(preview[0]?.fields).toContainEqual({ title: '点位', value: '学府路菜市场' });
    const thumb = await assessor.raw(
      `${files.base}/${first.id}/photos/${preview[0]?.photos[0]?.n}`,
    );
    expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(await findings('CP-A')).toEqual([]);

    const done = await files.finish(assessor, first, 'apply');
    expect(done).toMatchObject({ status: 'applied', counts: { added: 2, refused: 0, photos: 2 } });
    expect(existsSync(archivePath(s.dataDir, first.id))).toBe(false);
    const [one, two] = await findings('CP-A');
    expect(one).toMatchObject({
      siteId,
      unitId: s.unitId('clean'),
      measure: 3,
      measureUnit: '处',
      photoCount: 2,
      foundAt: '2026-03-03T01:15:00.000Z',
      assessorId: s.personId('assessor'),
    });
    expect(one?.words).not.toContain('13800010000');
    expect(two).toMatchObject({ assessorName: '外请李四', assessorId: null });
    const report = await s.read<Report>('report', one?.reportId ?? '');
    expect(report).toMatchObject({ originNoun: 'finding', channel: 'inspection', photoCount: 2 });

    const again = await load(...rows);
    await files.uploadPhotos(assessor, again, zip);
    expect((await files.view(assessor, again)).load).toMatchObject({
      counts: { added: 0, known: 2 },
      refusal: '没有新的或变更的测评发现，无需导入',
    });
  });

  it('makes a changed row an event, until the desk has accepted it', async () => {
    await files.finish(assessor, await load(line('CP-B-001'), line('CP-B-002')), 'apply');
    const [, second] = await findings('CP-B');
    await s.run('desk', 'report', second?.reportId ?? '', 'decline', { reason: '不属于本区' });
    const next = await load(line('CP-B-001', { 数量: '7处' }), line('CP-B-002', { 数量: '7处' }));
    expect(next.counts).toMatchObject({ changed: 2, added: 0 });
    const done = await files.finish(assessor, next, 'apply');
    expect(done.counts).toMatchObject({ changed: 1, refused: 1 });
    expect(done.reasons[0]?.reason).toContain('内容有变更，但不能再更正');
    expect((await findings('CP-B')).map(({ measure }) => measure)).toEqual([7, 3]);
  });

  it('says of every bad row why, gives them back to be mended, and knows the others', async () => {
    const rows = [
      line('CP-C-001'),
      line('CP-C-002', { 检查项目: '', 问题描述: '' }),
      line('CP-C-003', { 点位: '', 地点: '' }),
      line('CP-C-004', { 数量: '很多' }),
      line('CP-C-005', { 检查时间: '2031-01-01' }),
      line('CP-C-006', { 检查时间: '昨天' }),
      line('CP-C-007', { 小类: '没有这类' }),
      line('CP-C-001', { 数量: '9 处' }),
      line('2.02603E+19'),
      line('CP-C-008', { 检查时间: '46084.5' }),
      line('CP-C-009', { 点位: '没有登记的小广场' }),
    ];
    const first = await load(...rows);
    expect(first.counts).toMatchObject({ added: 3, refused: 8 });
    expect(first.reasons.map(({ reason }) => reason).sort()).toEqual(
      [
        '缺少检查项目',
        '缺少地点，请填写点位、地点、所属区域或经纬度',
        '数量须为数字，如 3，单位写在“单位”一列',
        '检查时间在将来，请核对',
        '检查时间的写法不认识或时间不存在',
        '没有这个小类，请填写小类的名称或代码，或留空由系统建议',
        '同一编号在文件里出现多次，内容不同，请只保留一行',
        '编号已被表格软件改成近似数，后几位丢失，请把这一列设为文本后重填',
      ].sort(),
    );
    const done = await files.finish(assessor, first, 'apply');
    expect(done.counts).toMatchObject({ added: 3, refused: 8 });
    const [, eighth, ninth] = await findings('CP-C');
    expect(eighth?.foundAt).toBe('2026-03-03T04:00:00.000Z');
    expect(ninth).toMatchObject({ siteId: null, address: '没有登记的小广场' });
    const answer = await assessor.raw(`${files.base}/${first.id}/refused`);
    const [titles, row] = await textsOf(Buffer.from(await answer.arrayBuffer()));
    expect(titles?.slice(-2)).toEqual(['行号', '原因']);
    expect(row?.at(-1)).toContain('缺少检查项目');
  });

  it('is undone as single actions; what moved on stays and is listed', async () => {
    const rows = [line('CP-D-001'), line('CP-D-002'), line('CP-D-003')];
    const first = await files.finish(assessor, await load(...rows), 'apply');
    const [one] = await findings('CP-D');
    await s.run('desk', 'issue', newId(), 'accept', {
      reportId: one?.reportId,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
    });
    const undone = await files.finish(assessor, first, 'undo');
    expect(undone.counts).toMatchObject({ withdrawn: 2, stays: 1 });
    const { stays } = await files.view(assessor, undone);
    expect(stays).toEqual([{ id: one?.id, words: '地面干净', why: '来件已立案，不能撤回' }]);
    const { rows: reports } = await s.pool.query(
      `select r.status from finding f join report r on r.district = f.district and r.id = f.report_id
       where f.load_id = $1 order by f.row_key`,
      [first.id],
    );
    expect(reports.map(({ status }) => status)).toEqual(['joined', 'withdrawn', 'withdrawn']);
    const again = await files.finish(assessor, await load(...rows), 'apply');
    expect(again.counts).toMatchObject({ added: 2, known: 1 });
    expect(await findings('CP-D')).toHaveLength(3);
  });

  it('loads of two hands at once make every row once', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => line(`CP-E-${String(n).padStart(3, '0')}`));
    const other = await s.signIn('supervisor');
    const table = await findingTable([head, ...rows]);
    const [mine, theirs] = [await files.upload(assessor, table), await files.upload(other, table)];
    await Promise.all([
      files.finish(assessor, mine.body.load, 'apply'),
      files.finish(other, theirs.body.load, 'apply'),
    ]);
    expect(await findings('CP-E')).toHaveLength(30);
    const { rows: reports } = await s.pool.query<{ count: number }>(
      `select count(*) as count from report where origin_id in (select id from finding where row_key like 'n:CP-E%')`,
    );
    expect(Number(reports[0]?.count)).toBe(30);
  });

  it('goes on where it was killed: photos kept and rows recorded are not doubled', async () => {
    const rows = Array.from({ length: 50 }, (_, n) =>
      line(`CP-F-${String(n).padStart(3, '0')}`, { 照片: '门口' }),
    );
    const first = await load(...rows);
    const zip = zipOf([{ name: '门口.jpg', bytes: red ?? Buffer.of(), flags: 0x800 }]);
    await files.uploadPhotos(assessor, first, zip);
    await files.finish(assessor, first, 'apply');
    // As after a kill between the events and the count of what is done; the zip is there still.
    await s.pool.query(
      `update finding_load set status = 'applying', done_rows = 0, archive = null where id = $1`,
      [first.id],
    );
    await files.uploadPhotos(assessor, first, zip);
    const { status } = await assessor.post(`${files.base}/${first.id}/apply`, {});
    expect(status).toBe(200);
    expect(await findings('CP-F')).toHaveLength(50);
  });

  it('keeps every zip when another one arrives after applying has begun', async () => {
    const zip = zipOf([{ name: '门口.jpg', bytes: red ?? Buffer.of(), flags: 0x800 }]);
    const loads: FindingLoadRow[] = [];
    for (const n of [1, 2, 3]) {
      s.pass(1);
      const next = await load(line(`CP-N-00${n}`, { 照片: '门口' }));
      await files.uploadPhotos(assessor, next, zip);
      loads.push(next);
    }
    const [first] = loads;
    const actor = await s.actor('assessor');
    // The last piece is under way, and in the meantime somebody begins to apply.
    const before = await getLoad(s.pool, s.district, first?.id ?? '');
    await s.pool.query(`update finding_load set status = 'applying' where id = $1`, [before.id]);
    const path = join(s.dataDir, 'findings', 'other.zip');
    const bytes = zipOf([{ name: '门口.jpg', bytes: green ?? Buffer.of(), flags: 0x800 }]);
    writeFileSync(path, bytes);
    const upload = { path, fileName: '另一个.zip', sha256: '0'.repeat(64), size: bytes.length };
    const house = { pool: s.pool, tools: s.tools, dataDir: s.dataDir };
    expect(await refusedBy(takeArchive(house, actor, before, upload))).toMatchObject({
      code: 'begun',
    });
    for (const { id } of loads)
      expect(readFileSync(archivePath(s.dataDir, id)).equals(zip)).toBe(true);
  });

  it('is seen by its own people: an assessor none of another’s, units and field none at all', async () => {
    const mine = await load(line('CP-G-001'));
    const path = `${files.base}/${mine.id}`;
    const desk = await s.signIn('desk');
    expect((await desk.get(path)).status).toBe(200);
    for (const who of ['head', 'grid', 'leader', 'systemAdmin'])
      expect((await (await s.signIn(who)).get(path)).status, who).toBe(403);
    const theirs = await s.run('desk', 'finding', newId(), 'record', { item: '甲', siteId });
    const listed = async (who: string): Promise<string[]> => {
      const { body } = await (
        await s.signIn(who)
      ).get<QueryOutput<'findingList'>>(`/api/${s.district}/findings?limit=100`);
      return body.items.map(({ id }) => id);
    };
    expect(await listed('head')).toContain(theirs.record.id);
    expect(await listed('grid')).toContain(theirs.record.id);
    expect(await listed('otherGrid')).not.toContain(theirs.record.id);
    expect(await listed('streetHead')).not.toContain(theirs.record.id);
    expect(await listed('systemAdmin')).toEqual([]);
  });

  it('shows its photos to the inspected unit at once, to no other unit', async () => {
    const first = await load(line('CP-P-001', { 照片: '门口' }));
    const zip = zipOf([{ name: '门口.jpg', bytes: red ?? Buffer.of(), flags: 0x800 }]);
    await files.uploadPhotos(assessor, first, zip);
    await files.finish(assessor, first, 'apply');
    const [found] = await findings('CP-P');
    const { rows } = await s.pool.query<{ photo_id: string }>(
      `select photo_id from attachment where record_id = $1`,
      [found?.reportId],
    );
    const path = `/api/${s.district}/photos/${rows[0]?.photo_id}/thumbnail`;
    const status = async (who: string): Promise<number> =>
      (await (await s.signIn(who)).raw(path)).status;
    expect(await status('head')).toBe(200);
    expect(await status('streetHead')).toBe(404);
  });

  it('has a template that is understood, with the photos it names', async () => {
    const table = await assessor.raw(`${files.base}/template/table`);
    const { body } = await files.upload(assessor, Buffer.from(await table.arrayBuffer()));
    expect(body.load.counts).toMatchObject({ refused: 2 });
    const photos = await assessor.raw(`${files.base}/template/photos`);
    const answer = await files.uploadPhotos(
      assessor,
      body.load,
      Buffer.from(await photos.arrayBuffer()),
    );
    expect(answer.body.load.counts, JSON.stringify(answer.body)).toMatchObject({
      added: 2,
      refused: 0,
      photos: 3,
    });
  });

  it('drops rows and zips after a week', async () => {
    const first = await load(line('CP-H-001', { 照片: '门口' }));
    await files.uploadPhotos(
      assessor,
      first,
      zipOf([{ name: '门口.jpg', bytes: red ?? Buffer.of(), flags: 0x800 }]),
    );
    s.pass(8 * 24 * 60);
    await expireFindings({ pool: s.pool, dataDir: s.dataDir }, s.now());
    expect(existsSync(archivePath(s.dataDir, first.id))).toBe(false);
    const later = await s.signIn('assessor');
    const answer = await later.post<{ message: string }>(`${files.base}/${first.id}/apply`, {});
    expect([answer.status, answer.body.message]).toEqual([
      409,
      '文件保存期已过，请重新上传；已导入的不会重复',
    ]);
  });
});
