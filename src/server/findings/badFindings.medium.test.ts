/** Bad tables and photos over HTTP: a sentence for each, and nothing half done. Source: issue 5-15. */
import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingLoadRow } from '../../domain/findingApi.ts';
import { findingFiles, findingTable, photoOf } from '../testing/findingFiles.ts';
import { served, type Client, type Served } from '../testing/served.ts';
import { bareWorkbook, zipOf, type ZipPart } from '../testing/zip.ts';

let s: Served;
let assessor: Client;
let files: ReturnType<typeof findingFiles>;
let photo: Buffer;
beforeAll(async () => {
  s = await served({
    posts: {
      assessor: { role: 'assessor' },
      second: { role: 'assessor' },
      desk: { role: 'desk' },
      supervisor: { role: 'supervisor' },
    },
  });
  files = findingFiles(s);
  assessor = await s.signIn('assessor');
  photo = await photoOf('#2244aa');
});
afterAll(() => s.stop());

const head = ['编号', '地点', '检查项目', '照片'];
const table = (...rows: string[][]): Promise<Buffer> => findingTable([head, ...rows]);
const load = async (...rows: string[][]): Promise<FindingLoadRow> => {
  const { status, body } = await files.upload(assessor, await table(...rows));
  expect(status, body.message).toBe(200);
  return body.load;
};
const countOf = async (name: 'finding_load' | 'finding' | 'report'): Promise<number> =>
  Number((await s.pool.query<{ n: string }>(`select count(*) as n from ${name}`)).rows[0]?.n);
const zipped = (...parts: Partial<ZipPart>[]): Buffer =>
  zipOf(parts.map((part) => ({ name: 'a.jpg', bytes: photo, flags: 0x800, ...part })));

describe('a table', () => {
  it('that cannot be used is refused as a whole with what to do, and leaves nothing', async () => {
    const before = await countOf('finding_load');
    const lines = (count: number): string =>
      `检查项目,地点\n${Array.from({ length: count }, (_, n) => `地面干净,东门 ${n} 号`).join('\n')}`;
    const bad: [Buffer, number, string][] = [
      [Buffer.alloc(0), 400, '文件是空的'],
      [
        await findingTable([
          ['点位', '检查项目', '点位'],
          ['a', 'b', 'c'],
        ]),
        400,
        '两列都叫“点位”',
      ],
      [
        await findingTable([
          ['检查项目', '照片'],
          ['a', 'b'],
        ]),
        400,
        '不知道在哪里',
      ],
      [await findingTable([head]), 400, '只有表头'],
      [Buffer.from(lines(10_001)), 413, '一次最多 10,000 行'],
      [Buffer.from(lines(200_000)), 413, '一次最多 10,000 行'],
      [zipped({}), 400, '没有工作表'],
      [Buffer.from('<html><table>'), 400, '网页格式'],
      [
        bareWorkbook('<row r="1"><c t="inlineStr"><is><t>&x;</t></is></c></row>', {
          before: '<!DOCTYPE x [<!ENTITY x "1">]>',
        }),
        400,
        '外部定义',
      ],
    ];
    for (const [bytes, status, words] of bad) {
      const answer = await files.upload(assessor, bytes);
      expect([answer.status, answer.body.message]).toEqual([
        status,
        expect.stringContaining(words),
      ]);
    }
    expect(await countOf('finding_load')).toBe(before);
  });

  it('in GB18030 is read, and says so', async () => {
    const text = '编号,地点,检查项目\nGB-0001,东门,地面干净\n';
    const { body } = await files.upload(assessor, iconv.encode(text, 'gb18030'));
    expect(body.load.counts.added).toBe(1);
    expect(body.load.notes.join()).toContain('GB18030');
  });

  it('of others is neither seen by another assessor nor applied by anybody else', async () => {
    const mine = await load(['OT-0001', '东门', '地面干净', '']);
    const second = await s.signIn('second');
    const supervisor = await s.signIn('supervisor');
    const path = `${files.base}/${mine.id}`;
    expect((await second.get(path)).status).toBe(404);
    expect((await second.post(`${path}/apply`, {})).status).toBe(404);
    const answer = await supervisor.post<{ code: string }>(`${path}/apply`, {});
    expect([answer.status, answer.body.code]).toEqual([409, 'notYours']);
    const early = await assessor.post<{ code: string }>(`${path}/undo`, {});
    expect([early.status, early.body.code]).toEqual([409, 'notApplied']);
    await files.finish(assessor, mine, 'apply');
    const desk = await s.signIn('desk');
    const undone = await desk.post<{ code: string }>(`${path}/undo`, {});
    expect([undone.status, undone.body.code]).toEqual([409, 'notYours']);
    expect((await files.finish(supervisor, mine, 'undo')).counts).toMatchObject({ withdrawn: 1 });
    const again = await assessor.post<{ code: string }>(`${path}/apply`, {});
    expect([again.status, again.body.code]).toEqual([409, 'undone']);
  });
});

describe('photos', () => {
  it('that are none, or broken, refuse their row alone; a row without its photos never goes in', async () => {
    const cut = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(500)]);
    const first = await load(
      ['PH-0001', '东门', '甲', 'good.jpg'],
      ['PH-0002', '东门', '乙', 'text.jpg'],
      ['PH-0003', '东门', '丙', 'cut.jpg；good.jpg'],
      ['PH-0004', '东门', '丁', 'missing.jpg'],
      ['PH-0005', '东门', '戊', 'png named.jpg'],
      ['PH-0006', '东门', '己', 'huge.jpg'],
      ['PH-0007', '东门', '庚', Array.from({ length: 21 }, (_, n) => `${n}.jpg`).join(';')],
    );
    const zip = zipped(
      { name: 'good.jpg' },
      { name: 'text.jpg', bytes: Buffer.from('this is no photo at all, but words and more words') },
      { name: 'cut.jpg', bytes: cut },
      { name: 'png named.jpg', bytes: await photoOf('#118811', 'png') },
      { name: 'huge.jpg', bytes: randomBytes(21 * 1024 * 1024) },
    );
    const { body } = await files.uploadPhotos(assessor, first, zip);
    expect(body.load.archive?.photos).toBe(5);
    const done = await files.finish(assessor, body.load, 'apply');
    expect(done.counts).toMatchObject({ added: 2, refused: 5, photos: 2 });
    const { rows } = await s.pool.query<{ item: string }>(
      `select f.item from finding f where f.load_id = $1 and f.photo_count =
         (select count(*) from attachment a where a.record_id = f.report_id) order by f.item`,
      [first.id],
    );
    expect(rows.map(({ item }) => item).sort()).toEqual(['戊', '甲'].sort());
    const refused = await assessor.raw(`${files.base}/${first.id}/refused`);
    expect(refused.status).toBe(200);
    expect(done.reasons.map(({ reason }) => reason).join()).toContain('一行最多 20 张照片');
  });

  it('of a hostile zip are refused as a whole; the table stays as it was checked', async () => {
    const first = await load(['HZ-0001', '东门', '甲', 'a.jpg'], ['HZ-0002', '东门', '乙', '']);
    for (const [zip, words] of [
      [zipped({ name: '../a.jpg' }), '文件路径不正常'],
      [zipped({ mode: 0o120777 }), '快捷链接'],
      [zipped({ flags: 0x801 }), '加了密码'],
      [zipped({}, { name: 'b.zip' }), '还有压缩包'],
      [zipped({}, {}), '两个同名'],
      [zipped({ bytes: Buffer.alloc(30 * 1024 * 1024) }), '不合常理'],
      [zipped({ name: '说明.txt' }), '没有照片'],
      [Buffer.from('Rar!\u001a\u0007\u0000'), '不是 ZIP'],
    ] as const) {
      const answer = await files.uploadPhotos(assessor, first, zip);
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(words)]);
    }
    const { load: after } = await files.view(assessor, first);
    expect(after).toMatchObject({ archive: null, counts: { added: 1, refused: 1 } });
    expect((await files.uploadPhotos(assessor, first, zipped({}))).body.load.counts.added).toBe(2);
    await files.finish(assessor, first, 'apply');
    const late = await files.uploadPhotos(assessor, first, zipped({}));
    expect([late.status, late.body.code]).toEqual([409, 'begun']);
  });

  it('wait for the three newest loads of a person; an older one says that it has expired', async () => {
    const loads: FindingLoadRow[] = [];
    for (let n = 1; n <= 4; n++) {
      s.pass(1);
      loads.push(await load([`WT-000${n}`, '东门', '甲', 'a.jpg']));
      await files.uploadPhotos(assessor, loads.at(-1) as FindingLoadRow, zipped({}));
    }
    const first = await assessor.post<{ message: string }>(
      `${files.base}/${loads[0]?.id}/apply`,
      {},
    );
    expect([first.status, first.body.message]).toEqual([
      409,
      '照片压缩包的保存期已过，请重新上传表格和照片',
    ]);
    const done = await files.finish(assessor, loads[1] as FindingLoadRow, 'apply');
    expect(done.counts).toMatchObject({ added: 1, photos: 1 });
  });

  it('come in pieces in their order, never more than announced', async () => {
    const first = await load(['PI-0001', '东门', '甲', 'a.jpg']);
    const zip = zipped({});
    const send = async (offset: string, size: string, bytes: Buffer) => {
      const answer = await assessor.raw(
        `${files.base}/${first.id}/photos?offset=${offset}&size=${size}&name=a.zip`,
        {
          method: 'POST',
          body: new Uint8Array(bytes),
          headers: { 'content-type': 'application/octet-stream' },
        },
      );
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const size = String(zip.length);
    expect((await send('5', size, zip)).body).toMatchObject({ details: { offset: 0 } });
    expect((await send('0', size, zip.subarray(0, 100))).body).toEqual({ offset: 100 });
    expect((await send('0', size, zip.subarray(0, 60))).body).toEqual({ offset: 60 });
    expect((await send('60', size, Buffer.concat([zip, zip]))).status).toBe(400);
    for (const [offset, whole] of [
      ['-1', size],
      ['x', size],
      ['0', '99999999999'],
      ['0', '2000000000'],
      ['', ''],
    ] as const)
      expect((await send(offset, whole, zip)).status).toBeGreaterThanOrEqual(400);
    expect((await send('60', size, zip.subarray(60))).body).toMatchObject({
      load: { counts: { added: 1 } },
    });
  });

  it('and tables of random bytes never break the program', async () => {
    const before = await countOf('finding');
    const first = await load(['FU-0001', '东门', '甲', 'a.jpg']);
    const good = [await table(['FU-0002', '东门', '乙', '']), zipped({})];
    for (let n = 0; n < 60; n++) {
      const bent = Buffer.from(good[n % 2] ?? Buffer.of());
      for (let k = 0; k <= n % 7; k++) bent[Math.floor(Math.random() * bent.length)] = n * 37;
      const bytes = n % 5 === 0 ? randomBytes(1 + n * 13) : bent;
      const answer =
        n % 2 === 0
          ? await files.upload(assessor, bytes)
          : await files.uploadPhotos(assessor, first, bytes);
      expect(answer.status, answer.body.message).toBeLessThan(500);
    }
    for (const path of ['x/photos/1', `${first.id}/photos/99`, `${first.id}/photos/x`, 'x/refused'])
      expect((await assessor.raw(`${files.base}/${path}`)).status).toBe(404);
    expect(await countOf('finding')).toBe(before);
  });
});
