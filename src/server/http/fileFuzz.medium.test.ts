/** Files over the new doors, damaged in every way: always a sentence, never an error of our own, nothing half done. */
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { served, type Client, type Served } from '../testing/served.ts';
import { bareWorkbook } from '../testing/zip.ts';

const rounds = 1_500;

let s: Served;
let desk: Client;
let findingId: string;
let good: Record<'csv' | 'book' | 'findings' | 'zip', Buffer>;

const heading = [
  '工单编号',
  '来电时间',
  '诉求类型',
  '来电人姓名',
  '联系电话',
  '事发地址',
  '诉求内容',
];
const lines = Array.from({ length: 12 }, (_, n) => [
  `GD${n}`,
  '2026-03-04 09:15',
  '投诉',
  '王小明',
  '13800010000',
  `学府路 ${n} 号`,
  `楼前路灯坏了${n}天`,
]);

async function bookOf(rows: readonly string[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('工单').addRows(rows as string[][]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

const bytesOf = async (path: string): Promise<Buffer> =>
  Buffer.from(await (await desk.raw(`/api/${s.district}/${path}`)).arrayBuffer());

const send = (path: string, bytes: Buffer, type = 'application/octet-stream'): Promise<Response> =>
  desk.raw(`/api/${s.district}/${path}`, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': type },
  });

beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
  const rows = [heading, ...lines];
  good = {
    csv: Buffer.from(rows.map((row) => row.join(',')).join('\r\n')),
    book: await bookOf(rows),
    findings: await bytesOf('findingLoads/template/table'),
    zip: await bytesOf('findingLoads/template/photos'),
  };
  const answer = (await (await send('findingLoads?name=a.xlsx', good.findings)).json()) as {
    load: { id: string };
  };
  findingId = answer.load.id;
});
afterAll(() => s.stop());

type Damage = (bytes: Buffer) => Buffer;

const spot = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Buffer, share: number): number => Math.floor(share * bytes.length);

const nasty = fc.constantFrom(
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '../../../../etc/passwd',
  '"',
  '"\n"\n"',
  '\u0000\ufeff\uffff',
  '=cmd|calc',
  ','.repeat(5_000),
  '工单编号,工单编号,工单编号\n',
  '长'.repeat(40_000),
  '1.23457E+17',
);

const cellsOf = (cell: string, columns: number, rows: number): string =>
  Array.from({ length: rows }, (_, n) => `<row r="${n + 2}">${cell.repeat(columns)}</row>`).join(
    '',
  );
const heads = [...heading, '地点', '检查项目']
  .map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`)
  .join('');
const part = (name: string, text: string) => ({ name: `xl/${name}.xml`, bytes: Buffer.from(text) });
const styles = part(
  'styles',
  '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/></cellXfs></styleSheet>',
);

/** A book of cells that all point at one shared text, or at none. */
const pointing = fc
  .record({
    length: fc.constantFrom(0, 40, 1_000, 32_767, 40_000),
    at: fc.constantFrom('0', '0', '0', '1', '-1', '1e9', 'x'),
    columns: fc.integer({ min: 1, max: 90 }),
    rows: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ length, at: place, columns, rows }) =>
    bareWorkbook(
      `<row r="1">${heads}</row>${cellsOf(`<c t="s"><v>${place}</v></c>`, columns, rows)}`,
      { more: [part('sharedStrings', `<sst><si><t>${'长'.repeat(length)}</t></si></sst>`)] },
    ),
  );

/** A book of cells for days and times with numbers that are none. */
const endlessDays = fc
  .record({
    value: fc.oneof(
      fc.constantFrom('20260303001234', '2958466', '1E+300', '-1', '-1E+300', '1E+999', 'NaN', ''),
      fc.double().map(String),
    ),
    style: fc.constantFrom(1, 2, 3, -1),
  })
  .map(({ value, style }) =>
    bareWorkbook(
      `<row r="1">${heads}</row>${cellsOf(`<c s="${style}"><v>${value}</v></c>`, 9, 3)}`,
      { more: [styles] },
    ),
  );

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(spot, fc.integer({ min: 0, max: 255 })).map(([share, byte]): Damage => (bytes) => {
    const copy = Buffer.from(bytes);
    copy[at(copy, share)] = byte;
    return copy;
  }),
  spot.map(
    (share): Damage =>
      (bytes) =>
        bytes.subarray(0, at(bytes, share)),
  ),
  fc.tuple(spot, nasty).map(
    ([share, words]): Damage =>
      (bytes) =>
        Buffer.concat([
          bytes.subarray(0, at(bytes, share)),
          Buffer.from(words),
          bytes.subarray(at(bytes, share)),
        ]),
  ),
  fc.tuple(spot, spot).map(
    ([from, to]): Damage =>
      (bytes) =>
        Buffer.concat([
          bytes,
          bytes.subarray(at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to))),
        ]),
  ),
  fc.uint8Array({ maxLength: 400 }).map(
    (random): Damage =>
      () =>
        Buffer.from(random),
  ),
  fc.oneof(pointing, endlessDays).map(
    (book): Damage =>
      () =>
        book,
  ),
);

const request = fc.record({
  door: fc.constantFrom<'csv' | 'book' | 'findings' | 'zip'>('csv', 'book', 'findings', 'zip'),
  damages: fc.array(damage, { maxLength: 3 }),
  sender: fc.constantFrom('12345', '12345', '12345', '', 'nobody', '%00'),
  name: fc.constantFrom('a.xlsx', 'a.csv', '..%2f..%2fa', '%00', ''),
  type: fc.constantFrom(...Array<string>(9).fill('application/octet-stream'), 'text/csv'),
});

it(`answers ${rounds} damaged files without an error of its own`, async () => {
  const strange: string[] = [];
  let taken = 0;
  const known = [200, 400, 404, 409, 413, 415, 422, 429];
  for (const { door, damages, sender, name, type } of fc.sample(request, rounds)) {
    const bytes = damages.reduce((before, hurt) => hurt(before), good[door]);
    const path = {
      csv: `orders?sender=${sender}&name=${name}`,
      book: `orders?sender=${sender}&name=${name}`,
      findings: `findingLoads?name=${name}`,
      zip: `findingLoads/${findingId}/photos?name=${name}&offset=0&size=${bytes.length}`,
    }[door];
    const response = await send(path, bytes, type);
    const said = await response.text();
    if (response.status === 200) taken += 1;
    const isWorded = response.status === 200 || /"message":"[^"]*[\u4e00-\u9fff]/.test(said);
    if (!known.includes(response.status) || !isWorded)
      strange.push(
        `${response.status} ${path} ${bytes.toString('latin1').slice(0, 80)} → ${said.slice(0, 200)}`,
      );
  }
  expect(strange).toEqual([]);
  // Undamaged and lightly damaged ones are read; the others are refused.
  expect(taken).toBeGreaterThan(rounds / 10);
  expect(rounds - taken).toBeGreaterThan(rounds / 5);
  const { rows } = await s.pool.query<{ n: number }>(`select count(*)::int as n from report`);
  expect(rows[0]?.n).toBe(0);
}, 900_000);
