/**
 * Orders of the hotline: rows a second from the uploaded file to the answer what each will be, beside the parser
 * of CSV alone; reports a second through `perform`, each understood as its intake card will show it, beside raw
 * inserts of the same rows.
 */
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import pg from 'pg';
import { systemActor } from '../src/server/baseSeed.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import type { House } from '../src/server/house.ts';
import { askDue, trainWaiting } from '../src/server/learning/learning.ts';
import { makeLog } from '../src/server/log.ts';
import { applyOrders } from '../src/server/orders/apply.ts';
import { takeIn } from '../src/server/orders/check.ts';
import { suggestionFor } from '../src/server/understanding.ts';
import type { Figure } from './reportFigures.ts';

const senderCode = '12345';
/** Rows that are made reports; checked are all of them. */
const applied = 4_000;
const rowsInPiece = 250;

const heading = '工单编号,受理时间,诉求类型,诉求人,联系电话,详细地址,问题描述,是否保密,紧急程度';
const matters = [
  '楼前垃圾桶满了好几天没人清，袋子堆到地上',
  '门口便道上停满了小轿车，推婴儿车只能走马路',
  '路面有个大坑，下雨积水看不见，骑车摔过人',
  '雨水井盖缺失，只插了一根树枝，很危险',
  '墙上贴满了开锁和疏通管道的小广告，撕了又贴',
];

function orderFile(folder: string, name: string, from: number, rows: number): string {
  const lines = Array.from({ length: rows }, (_each, n) => {
    const number = from + n;
    const address = `银杏里胡同 ${number % 300} 号`;
    const words = `${address}${matters[number % matters.length]}，第 ${number} 次反映`;
    return `GD${number},2026-03-04 09:15,投诉,王先生,1390000${String(number).slice(-4).padStart(4, '0')},${address},${words},否,一般`;
  });
  const path = join(folder, name);
  writeFileSync(path, `${heading}\r\n${lines.join('\r\n')}\r\n`);
  return path;
}

const perSecond = (count: number, began: number): number =>
  (count / (performance.now() - began)) * 1000;

async function parseAlone(path: string, rows: number): Promise<number> {
  const began = performance.now();
  let count = 0;
  for await (const _row of createReadStream(path).pipe(parse())) count += 1;
  if (count !== rows + 1) throw new Error(`${count} rows were parsed`);
  return perSecond(rows, began);
}

/** The rows that the load made, written once more by a statement a piece, into a table without indexes. */
async function insertAlone({ connection }: House, rows: number): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(`create temporary table again (like report)`);
  const began = performance.now();
  for (let from = 0; from < rows; from += rowsInPiece)
    await client.query(
      `insert into again select * from report where district = $1 and sender_code = $2
       order by outside_number limit $3 offset $4`,
      [demoDistrict, senderCode, rowsInPiece, from],
    );
  const rate = perSecond(rows, began);
  await client.end();
  return rate;
}

async function learn({ pool, tools }: House): Promise<void> {
  const learning = {
    pool,
    tools,
    log: makeLog('warn'),
    signal: new AbortController().signal,
    districts: () => Promise.resolve([{ code: demoDistrict }]),
  };
  await askDue(learning);
  await trainWaiting(learning);
}

/** On an open house; leaves the reports behind. `folder`: for the files, which are thrown away with it. */
export async function measureOrders(
  house: House,
  folder: string,
  rows: number,
  say: (figure: Figure) => void,
): Promise<void> {
  const { tools } = house;
  const actor = systemActor(demoDistrict, 'desk');
  await learn(house);
  const take = (path: string) =>
    takeIn(house, actor, senderCode, {
      path,
      fileName: '测量.csv',
      sha256: createHash('sha256').update(path).digest('hex'),
      size: 0,
    });
  await take(orderFile(folder, 'warm.csv', 1_000_000, 1_000));
  const path = orderFile(folder, 'orders.csv', 2_000_000, rows);
  const beganCheck = performance.now();
  const checked = await take(path);
  const checkRate = perSecond(rows, beganCheck);
  if (checked.counts.added !== rows) throw new Error(JSON.stringify(checked.reasons));
  say({
    name: 'orders parsed, kept encrypted and checked',
    value: checkRate,
    unit: 'rows/s',
    against: { what: 'CSV parser alone', value: await parseAlone(path, rows) },
    least: 5_000,
  });
  let load = await take(orderFile(folder, 'apply.csv', 3_000_000, applied));
  const beganApply = performance.now();
  while (load.status !== 'applied') load = await applyOrders(house, actor, load.id);
  const { rows: told } = await house.pool.query<{ content: string; address: string | null }>(
    `select content, address from report where district = $1 and sender_code = $2 order by outside_number limit $3`,
    [demoDistrict, senderCode, applied],
  );
  const master = await tools.master.of(demoDistrict);
  for (const each of told) {
    const report = { ...each, areaCode: demoDistrict, lng: null, lat: null };
    if (!suggestionFor(master, report, tools.now()).category) throw new Error('nothing learned');
  }
  const applyRate = perSecond(applied, beganApply);
  say({
    name: 'orders made reports and understood',
    value: applyRate,
    unit: '/s',
    against: { what: 'raw inserts', value: await insertAlone(house, applied) },
    least: 1_000,
  });
}
