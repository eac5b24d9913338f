import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../domain/reportShape.ts';
import { testDirectory } from '../postgres/testDirectory.ts';
import { world, type World } from '../testing/world.ts';
import { createAdministrator, registerSender } from './firstRecords.ts';
import { loadReports, type LoadSummary, type ReportLoad } from './reportFile.ts';
import { readMap, ReportMap } from './reportMap.ts';

const map = ReportMap.parse({
  sender: '12345',
  outsideNumber: '编号',
  channel: { constant: 'hotline' },
  content: { columns: ['标题', '内容'] },
  claimedAt: { column: '时间', formats: ['YYYY-MM-DD HH:mm:ss', 'MM/DD/YYYY', 'DD/MM/YYYY'] },
  kind: { columns: ['类型'], values: { 投诉: 'complaint', 咨询: 'inquiry' } },
  complainantName: '姓名',
  complainantPhone: '电话',
});

const head = '编号,标题,内容,时间,类型,姓名,电话';
const line = (n: number | string, content = '路灯不亮'): string =>
  `${n},标题${n},${content},2025-06-01 08:30:00,投诉,王某,13800010000`;

describe('loading a file of reports', () => {
  let w: World;
  const directory = testDirectory();
  let files = 0;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(async () => {
    await w.drop();
    directory.remove();
  });

  const fileOf = (content: string | Buffer): string => {
    const path = `${directory.path}/f${files++}.csv`;
    writeFileSync(path, content);
    return path;
  };
  const load = (file: string, changed: Partial<ReportLoad> = {}): Promise<LoadSummary> =>
    loadReports({
      tools: w.tools,
      pool: w.pool,
      district: w.district,
      file,
      map,
      isHistoric: false,
      isDryRun: false,
      refusedFile: `${file}.refused.csv`,
      onProgress: () => undefined,
      ...changed,
    });
  const reports = async (prefix: string): Promise<Report[]> => {
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from report where sender_code = '12345' and outside_number like $1 order by outside_number`,
      [`${prefix}%`],
    );
    const found = await w.tools.store.find(
      'report',
      w.district,
      rows.map(({ id }) => id),
    );
    return (found as unknown as Report[]).sort((a, b) =>
      (a.outsideNumber ?? '') < (b.outsideNumber ?? '') ? -1 : 1,
    );
  };
  const count = async (table: string): Promise<number> =>
    Number((await w.pool.query(`select count(*) as count from ${table}`)).rows[0]?.count);

  it('reads UTF-8 with a byte order mark and line breaks inside quotes', async () => {
    const file = fileOf(
      `\ufeff${head}\r\nbom-1,井盖,"第一行\n第二行，有""引号""",2025-06-01 08:30:15,投诉,,\r\n\r\n${line('bom-2')}\r\n`,
    );
    expect(await load(file)).toMatchObject({ rows: 2, loaded: 2, refused: 0 });
    const [first, second] = await reports('bom-');
    expect(first).toMatchObject({
      content: '井盖\n第一行\n第二行，有"引号"',
      claimedAt: '2025-06-01T00:30:15.000Z',
      kind: 'complaint',
      complainantName: null,
      status: 'submitted',
    });
    expect(first?.acceptDue).not.toBeNull();
    expect(second?.complainantName).toMatch(/^[0-9a-f-]{36}$/);
    expect(existsSync(`${file}.refused.csv`)).toBe(false);
  });

  it('recognises GB18030', async () => {
    const file = fileOf(iconv.encode(`${head}\n${line('gb-1', '𠮷祥里路面塌陷')}\n`, 'gb18030'));
    const summary = await load(file);
    expect(summary).toMatchObject({ loaded: 1 });
    expect(summary.notes[0]).toContain('GB18030');
    expect((await reports('gb-'))[0]?.content).toContain('𠮷祥里路面塌陷');
  });

  it('refuses a file as a whole in words when it is no such file', async () => {
    await expect(load(fileOf('编号,标题\n1,2\n'))).rejects.toThrow(
      '文件里没有这些列：内容、类型、姓名、电话、时间',
    );
    await expect(load(fileOf(`${head}\nx-1,"没有配对,`))).rejects.toThrow('引号没有配对');
    await expect(load(fileOf(Buffer.from('PK\u0003\u0004aaaa')))).rejects.toThrow('Excel');
    await expect(load(fileOf(''))).rejects.toThrow('是空的');
    await expect(load(`${directory.path}/none.csv`)).rejects.toThrow('找不到文件');
    expect(await reports('x-')).toEqual([]);
  });

  it('names what is wrong in a map', () => {
    const path = fileOf('{"sender": "a", "outsideNumber": "n", "channel": "c", "contents": "x"}');
    expect(() => readMap(path)).toThrow(/content.*contents/);
    expect(() => readMap(fileOf('{'))).toThrow('JSON');
  });

  it('lets the file say whether the month or the day comes first', async () => {
    const dated = (n: string, time: string): string => line(n).replace('2025-06-01 08:30:00', time);
    const both = fileOf(`${head}\n${dated('d-1', '05/03/2024')}\n${dated('d-2', '12/31/2024')}\n`);
    expect((await load(both)).notes[1]).toBe('2 行短日期按月/日/年理解（依据第 3 行 12/31/2024）');
    expect((await reports('d-')).map(({ claimedAt }) => claimedAt)).toEqual([
      '2024-05-02T16:00:00.000Z',
      '2024-12-30T16:00:00.000Z',
    ]);
    await expect(load(fileOf(`${head}\n${dated('d-3', '05/03/2024')}\n`))).rejects.toThrow(
      '看不出',
    );
    const mixed = fileOf(`${head}\n${dated('d-4', '31/12/2024')}\n${dated('d-5', '12/31/2024')}\n`);
    await expect(load(mixed)).rejects.toThrow('请先统一');
    const monthFirst = { ...map, claimedAt: { column: '时间', formats: ['MM/DD/YYYY'] } };
    await expect(
      load(fileOf(`${head}\n${dated('d-6', '31/12/2024')}\n`), { map: monthFirst }),
    ).rejects.toThrow('只能是日/月/年');
  });

  it('gives one readable list for a thousand wrong rows, and their file is safe to open', async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => {
      if (n % 4 === 0) return line(`w-${n}`).replace('投诉', '表扬');
      if (n % 4 === 1) return line(`w-${n}`).replace('2025-06-01', '2025-02-30');
      return n % 4 === 2 ? line('', '=HYPERLINK("http://x")') : line(`w-${n}`, '长'.repeat(4001));
    });
    const file = fileOf(
      `${head}\n${rows.map((row) => row.replace('=HYPERLINK("http://x")', '"=HYPERLINK(""http://x"")"')).join('\n')}\n${line('w-ok')}`,
    );
    const summary = await load(file);
    expect(summary).toMatchObject({ rows: 1001, loaded: 1, refused: 1000 });
    expect(summary.reasons.map(({ reason, count: n }) => [reason, n])).toEqual([
      ['诉求类型的值不在对照表中', 250],
      ['原始时间的写法不在对照表中或时间不存在', 250],
      ['缺少来源编号', 250],
      ['问题描述：不能超过 4000 个字', 250],
    ]);
    expect(summary.reasons[0]?.examples[0]).toBe('2“表扬”');
    const refused = readFileSync(`${file}.refused.csv`, 'utf8').split('\r\n');
    expect(refused[0]).toBe(`\ufeff${head},行号,原因`);
    expect(refused).toHaveLength(1002);
    expect(refused[3]).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(refused[3]).toMatch(/,4,缺少来源编号$/);
  });

  it('goes on after a kill half-way: nothing twice, nothing lost', async () => {
    const file = fileOf(
      [head, ...Array.from({ length: 500 }, (_, n) => line(`k-${n}`))].join('\n'),
    );
    const stop = new AbortController();
    const first = await load(file, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(first).toMatchObject({ isStopped: true });
    expect(first.loaded).toBeGreaterThan(0);
    expect(first.loaded).toBeLessThan(500);
    const second = await load(file);
    expect(second).toMatchObject({ known: first.loaded, loaded: 500 - first.loaded, refused: 0 });
    expect(await reports('k-')).toHaveLength(500);
    expect(await load(file)).toMatchObject({ known: 500, loaded: 0, refused: 0 });
  });

  it('refuses a number that is there with other content', async () => {
    await load(fileOf(`${head}\n${line('s-1')}\n`));
    await w.report({ senderCode: '12345', outsideNumber: 's-9' });
    const summary = await load(
      fileOf(
        `${head}\n${line('s-1', '另一件事')}\n${line('s-2')}\n${line('s-2')}\n${line('s-2', '又一件')}\n${line('s-9')}`,
      ),
    );
    expect(summary).toMatchObject({ loaded: 1, known: 1, refused: 3 });
    expect(summary.reasons).toEqual([
      { reason: '这个来源编号已经上报过，内容与本行不同', count: 2, examples: ['2', '5'] },
      { reason: '这个来源编号已由其他途径上报过', count: 1, examples: ['6'] },
    ]);
  });

  it('keeps historic times as claimed and starts no clocks', async () => {
    const noTime = line('h-2').replace('2025-06-01 08:30:00', '');
    const summary = await load(fileOf(`${head}\n${line('h-1')}\n${noTime}\n`), {
      isHistoric: true,
    });
    expect(summary).toMatchObject({ loaded: 1, refused: 1 });
    expect((await reports('h-'))[0]).toMatchObject({
      isHistoric: true,
      claimedAt: '2025-06-01T00:30:00.000Z',
      acceptDue: null,
      answerDue: null,
      escalateAt: null,
    });
  });

  it('writes nothing in a dry run and says what would happen', async () => {
    const tables = ['event', 'report', 'secret', 'request', 'number_block', 'unsealed', 'job'];
    const before = await Promise.all(tables.map(count));
    const numbers = (await w.pool.query(`select * from number_block`)).rows;
    const file = fileOf(
      [
        head,
        ...Array.from({ length: 250 }, (_, n) => line(`dry-${n}`)),
        line('dry-7'),
        line('dry-8', '别的'),
        line(''),
      ].join('\n'),
    );
    expect(await load(file, { isDryRun: true })).toMatchObject({
      rows: 253,
      loaded: 250,
      known: 1,
      refused: 2,
    });
    expect(await Promise.all(tables.map(count))).toEqual(before);
    expect((await w.pool.query(`select * from number_block`)).rows).toEqual(numbers);
    expect(existsSync(`${file}.refused.csv`)).toBe(false);
  });

  it('creates the first administrator of each kind, once, with a password before the post', async () => {
    const told: string[] = [];
    const create = (role: string, login: string, districtName?: string): Promise<void> =>
      createAdministrator(
        w.tools,
        { role, login, name: '安某', district: '110198', districtName },
        async (id) => {
          told.push(id);
        },
      );
    await expect(create('securityAdmin', 'first')).rejects.toThrow('--district-name');
    await create('securityAdmin', 'first', '新区');
    await create('systemAdmin', 'second');
    await expect(create('securityAdmin', 'third')).rejects.toThrow('本区已有安全管理员');
    await expect(create('auditAdmin', 'second')).rejects.toThrow('已有岗位');
    expect(told).toHaveLength(2);
    const master = await w.tools.master.of('110198');
    expect(
      [...master.posts.values()]
        .map(({ role, personId }) => [role, told.includes(personId)])
        .sort(([a], [b]) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['securityAdmin', true],
      ['systemAdmin', true],
    ]);
    expect(master.areas.get('110198')).toMatchObject({ name: '新区', isDemo: false });
  });

  const real = '../shared/data/fuzhou_river_requests/fuzhou_river_requests_1464.csv';
  it.skipIf(!existsSync(real))(
    'takes in 1,464 real requests (skipped without ../shared/data)',
    async () => {
      const realMap = readMap('seeds/maps/fuzhou_river_requests.json');
      await registerSender(w.tools, w.district, { code: 'fuzhou', name: '河道热线', map: realMap });
      const summary = await load(real, {
        map: realMap,
        isHistoric: true,
        refusedFile: `${directory.path}/real.csv`,
      });
      expect(summary).toMatchObject({ rows: 1464, loaded: 1464, refused: 0 });
    },
  );
});
