/** Tables taken out: what the list shows and no more, consent by somebody else, cells, keeping, canceling. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadLists, type Download, type DownloadListName } from '../../domain/download.ts';
import { makeLog } from '../log.ts';
import type { QueryContext } from '../queries/context.ts';
import { downloadList } from '../queries/downloads.ts';
import { issueList } from '../queries/issueList.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import { sweepFiles, sweepKept } from './keep.ts';
import { downloadPath, sweepDownloads, type DownloadPlace } from './make.ts';

let w: World;
let place: DownloadPlace;

beforeAll(async () => {
  w = await world();
  place = {
    pool: w.pool,
    db: w.db,
    tools: w.tools,
    directory: mkdtempSync(join(tmpdir(), 'loop-downloads-')),
    log: makeLog('silent'),
  };
});
afterAll(async () => {
  rmSync(place.directory, { recursive: true, force: true });
  await w.drop();
});

const keysOf = (list: DownloadListName): string[] =>
  downloadLists[list].columns.map(({ key }) => key);

async function ask(who: string, input: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  const list = (input.list ?? 'issueList') as DownloadListName;
  await w.run(who, 'download', id, 'ask', { list, form: 'csv', columns: keysOf(list), ...input });
  return id;
}

const sweep = async (lane: 'small' | 'large' = 'small'): Promise<void> => {
  while (await sweepDownloads(place, lane));
};

const read = (id: string): Promise<Download> => w.read<Download>('download', id);

async function made(who: string, input: Record<string, unknown> = {}): Promise<Download> {
  const id = await ask(who, input);
  await sweep();
  return read(id);
}

const textOf = (record: Download): string =>
  readFileSync(downloadPath(place.directory, record), 'utf8');

/** The lines of a file without its head. */
const linesOf = (record: Download): string[] =>
  textOf(record).replace('\ufeff', '').trimEnd().split('\r\n').slice(1);

async function contextOf(who: string): Promise<QueryContext> {
  const { db, pool, tools, district } = w;
  const { box, store } = tools;
  const master = await tools.master.of(district);
  return { db, pool, master, box, store, actor: await w.actor(who), district, now: w.now() };
}

/** Pretends that so many rows were counted: what follows depends on the number alone. */
async function counted(who: string, rowCount: number, input: Record<string, unknown> = {}) {
  const id = await ask(who, input);
  const system = { ...(await w.actor(who)), role: 'system' as const };
  await w.run(system, 'download', id, 'count', { rowCount });
  return id;
}

describe('what a file holds', () => {
  it('is exactly what the list shows to whoever asked, by the same filters', async () => {
    await w.issue({ status: 'claimed' });
    await w.issue({ status: 'claimed', unit: 'street' }).catch(() => undefined);
    await w.issue({ status: 'accepted' });
    for (const who of ['desk', 'officer', 'communityHead', 'grid', 'otherGrid']) {
      for (const filters of [{}, { status: 'claimed' }]) {
        const record = await made(who, { filters });
        const shown = await issueList(await contextOf(who), { ...filters, limit: 100 });
        expect(record.status, who).toBe('ready');
        expect(
          linesOf(record).map((line) => line.split(',')[0]),
          who,
        ).toEqual(shown.items.map(({ number }) => number));
        expect(record.rowCount).toBe(shown.count);
      }
    }
  });

  it('never holds a complainant, nor words of a confidential matter', async () => {
    const complainant = { complainantName: '欧阳试', complainantPhone: '13800138000' };
    const open = await w.issue({
      report: { ...complainant, content: '井盖松动，电话 13900139000' },
    });
    const secret = await w.issue({
      report: { ...complainant, isConfidential: true, content: '某餐馆偷排污水' },
    });
    await w.report({ kind: 'tipOff', content: '举报隔壁违建', ...complainant });
    const lists = ['issueList', 'reportList'] as const;
    for (const list of lists) {
      const text = textOf(await made('desk', { list }));
      for (const words of ['欧阳试', '13800138000', '13900139000', '偷排污水', '隔壁违建'])
        expect(text, list).not.toContain(words);
      expect(text).toContain('井盖松动');
      expect(text).toContain('（保密）');
    }
    const text = textOf(await made('desk'));
    expect(text).toContain(open.number);
    expect(text).toContain(secret.number);
  });

  it('holds local time, codes as text and nothing that begins a formula, in both forms', async () => {
    await w.report({ content: '=HYPERLINK("http://x","y")' });
    await w.report({ content: '+86 路灯不亮, "两盏"' });
    const csv = textOf(await made('desk', { list: 'reportList' }));
    expect(csv.startsWith('\ufeff来件编号,渠道,')).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(csv).toContain(`"'+86 路灯不亮, ""两盏"""`);
    expect(csv).toContain('2026-03-04 10:00');
    const record = await made('desk', { list: 'reportList', form: 'xlsx' });
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(downloadPath(place.directory, record));
    const [page, last] = book.worksheets;
    const cells: unknown[] = [];
    page?.eachRow((row) => row.eachCell(({ value }) => cells.push(value)));
    expect(page?.rowCount).toBe((record.rowCount ?? 0) + 1);
    expect(cells.every((cell) => typeof cell === 'string' || typeof cell === 'number')).toBe(true);
    expect(cells.filter((cell) => /^[=+\-@]/.test(String(cell)))).toEqual([]);
    expect(page?.headerFooter.oddFooter).toContain('desk某');
    expect(last?.name).toBe('字段说明');
    const words = JSON.stringify(last?.getSheetValues());
    for (const part of ['desk某', '来件编号', record.id]) expect(words).toContain(part);
  });

  it('holds the columns chosen, in the order of the list', async () => {
    const record = await made('desk', { columns: ['status', 'number'] });
    expect(textOf(record).split('\r\n')[0]).toBe('\ufeff案件编号,状态');
    const refused = await refusedBy(ask('desk', { columns: ['complainantPhone'] }));
    expect(refused.code).toBe('noColumn');
  });

  it('can be made of every list there is', async () => {
    for (const list of Object.keys(downloadLists)) {
      const record = await made('securityAdmin', { list, form: 'xlsx' });
      expect([record.status, record.problem], list).toEqual(['ready', null]);
    }
  });

  it('says what is wrong with a filter', async () => {
    const record = await made('desk', { filters: { status: 'nonsense' } });
    expect([record.status, record.problem]).toEqual(['failed', '状态不对，请重新选择筛选条件']);
    const unknown = await made('desk', { filters: { district: '110101' } });
    expect(unknown.problem).toContain('筛选条件不对');
  });
});

describe('more than 5,000 rows', () => {
  it('need a reason and the consent of somebody else', async () => {
    const bare = await read(await counted('desk', 5_001));
    expect([bare.status, bare.problem]).toEqual([
      'failed',
      '超过 5,000 行须经审批，请填写理由重新申请',
    ]);
    const id = await counted('shift', 5_001, { reason: '季度分析' });
    expect((await read(id)).status).toBe('asked');
    await sweep('large');
    expect((await read(id)).status).toBe('asked');
    expect((await refusedBy(w.run('shift', 'download', id, 'grant'))).code).toBe('ownAsk');
    expect((await refusedBy(w.run('desk', 'download', id, 'grant'))).status).toBe(403);
    const waiting = await downloadList(await contextOf('leader'), { waiting: '1' });
    expect(waiting.items.map((item) => item.id)).toContain(id);
    expect((await downloadList(await contextOf('desk'), { waiting: '1' })).items).toEqual([]);
    await w.run('leader', 'download', id, 'grant', { opinion: '同意' });
    await sweep('large');
    const record = await read(id);
    expect([record.status, record.deciderId]).toEqual(['ready', w.personId('leader')]);
  });

  it('are refused with a sentence above a million, and stay out when denied', async () => {
    const huge = await read(await counted('desk', 1_000_001, { reason: '全部' }));
    expect(huge.problem).toContain('1,000,000');
    const id = await counted('desk', 6_000, { reason: '全部' });
    await w.run('leader', 'download', id, 'deny', { opinion: '范围过大' });
    await sweep('large');
    expect((await read(id)).status).toBe('denied');
    expect(existsSync(downloadPath(place.directory, await read(id)))).toBe(false);
  });
});

describe('a file', () => {
  it('opens only for whoever asked, and every taking is an event', async () => {
    const { id } = await made('officer');
    expect((await refusedBy(w.run('head', 'download', id, 'take'))).status).toBe(404);
    expect((await refusedBy(w.run('desk', 'download', id, 'take'))).code).toBe('notYours');
    await w.run('officer', 'download', id, 'take');
    await w.run('officer', 'download', id, 'take');
    const { rows } = await w.pool.query(
      `select 1 from event where district = $1 and record_id = $2 and action = 'take'`,
      [w.district, id],
    );
    expect([rows.length, (await read(id)).takenCount]).toEqual([2, 2]);
  });

  it('is not made for somebody who no longer holds the post', async () => {
    const id = await ask('assessor');
    await w.run('securityAdmin', 'post', w.postId('assessor'), 'retire');
    await sweep();
    expect((await read(id)).problem).toContain('已不在申请时的岗位');
  });

  it('is gone after being canceled, at any point', async () => {
    const before = readdirSync(place.directory);
    const early = await ask('desk');
    await w.run('desk', 'download', early, 'cancel');
    const late = await counted('desk', 10);
    let rounds = 0;
    const tools: DownloadPlace['tools'] = { ...w.tools };
    // Whoever asked cancels while the file is being written.
    tools.now = () => {
      rounds += 1;
      return w.now();
    };
    const making = sweepDownloads({ ...place, tools }, 'small');
    await w.run('desk', 'download', late, 'cancel');
    await making;
    await sweep();
    await sweepFiles(place);
    expect(rounds).toBeGreaterThan(0);
    expect([(await read(early)).status, (await read(late)).status]).toEqual([
      'canceled',
      'canceled',
    ]);
    expect(readdirSync(place.directory)).toEqual(before);
  });

  it('is taken up again when its maker died, and destroyed when its days are over', async () => {
    const id = await counted('desk', 10);
    await w.pool.query(`insert into download_run values ($1, $2, $3, 7)`, [
      w.district,
      id,
      w.now(),
    ]);
    await sweep();
    expect((await read(id)).status).toBe('granted');
    w.pass(2);
    await sweep();
    const record = await read(id);
    expect(record.status).toBe('ready');
    expect(await sweepKept(place)).toBe(0);
    const waiting = await counted('desk', 9_000, { reason: '等不到' });
    w.pass(7 * 24 * 60 + 1);
    await sweepKept(place);
    await sweepFiles(place);
    expect((await read(id)).status).toBe('removed');
    expect((await read(waiting)).status).toBe('canceled');
    expect(existsSync(downloadPath(place.directory, record))).toBe(false);
  });
});
