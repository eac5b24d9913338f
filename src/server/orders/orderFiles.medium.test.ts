/** Files of orders that other programs bend: what they may hold, and what is never kept or shown of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import { findingFiles } from '../testing/findingFiles.ts';
import { served, type Answer, type Client, type Served } from '../testing/served.ts';
import { bareWorkbook } from '../testing/zip.ts';

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

type Answered = Answer<{ load: OrderLoadRow; code: string; message: string }>;

const upload = async (bytes: Buffer | string, who = desk): Promise<Answered> => {
  const answer = await who.raw(`/api/${s.district}/orders?sender=12345&name=a.csv`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(bytes)),
    headers: { 'content-type': 'application/octet-stream' },
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers } as Answered;
};
const countOf = async (name: 'order_chunk' | 'finding_load'): Promise<number> =>
  Number((await s.pool.query<{ n: string }>(`select count(*) as n from ${name}`)).rows[0]?.n);

const words = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const headOf = (...names: string[]): string => `<row r="1">${names.map(words).join('')}</row>`;
/** A book whose cells point at one shared text. */
const pointing = (text: string, head: string, columns: number, rows: number): Buffer => {
  const cells = '<c t="s"><v>0</v></c>'.repeat(columns);
  const lines = Array.from({ length: rows }, (_, n) => `<row r="${n + 2}">${cells}</row>`);
  const strings = Buffer.from(`<sst><si><t>${text}</t></si></sst>`);
  return bareWorkbook(head + lines.join(''), {
    more: [{ name: 'xl/sharedStrings.xml', bytes: strings }],
  });
};

describe('a small book of endless texts', () => {
  const many = Array.from({ length: 88 }, (_, n) => `列${n}`);

  it('is refused with the place that is too long, as orders and as findings', async () => {
    const before = [await countOf('order_chunk'), await countOf('finding_load')];
    const book = pointing('长'.repeat(32_767), headOf('工单编号', '诉求内容', ...many), 90, 250);
    expect(book.length).toBeLessThan(100_000);
    const orders = await upload(book);
    expect([orders.status, orders.body.message]).toEqual([
      413,
      expect.stringContaining('第 2 行各列合计超过 100,000 个字'),
    ]);
    const cell = await upload(pointing('长'.repeat(32_768), headOf('工单编号', '诉求内容'), 2, 3));
    expect([cell.status, cell.body.message]).toEqual([
      413,
      expect.stringContaining('第 2 行第 1 列超过 32,767 个字'),
    ]);
    const findings = pointing('长'.repeat(30_000), headOf('地点', '检查项目', '说明'), 3, 500);
    const { status, body } = await findingFiles(s).upload(desk, findings);
    expect([status, body.message]).toEqual([413, expect.stringContaining('合计超过 4000 万字')]);
    expect([await countOf('order_chunk'), await countOf('finding_load')]).toEqual(before);
  });
});
