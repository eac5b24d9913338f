/** Proposed duplicates: why, never across secrecy or scope, by photos too, and each found by an index. */
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainAll, hearStatements } from '../../../bench/plans.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { reportView } from './reportView.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

const place = { lng: 116.35, lat: 40.03 };
const nearOf = async (id: string, who = 'desk'): Promise<QueryOutput<'reportView'>['near']> =>
  (await reportView(await asking(w, who), { id })).near;
const idsNear = async (id: string): Promise<string[]> =>
  (await nearOf(id)).map(({ item }) => item.id);

it('proposes the same matter in other words, the likeliest first, without a category', async () => {
  const here = { place, address: '清华东路 35 号' };
  const same = await w.issue({
    report: { content: '小区门口垃圾桶满溢，污水横流' },
    accept: { ...here, description: '小区门口垃圾桶满溢，污水横流' },
  });
  await w.issue({
    accept: { ...here, categoryCode: 'P0101', description: '井盖松动，过车有异响，影响休息' },
  });
  const report = await w.report({ ...here, content: '门口垃圾桶满溢好几天了，污水横流没人管' });
  const [first] = await nearOf(report.id);
  expect(first?.item.id).toBe(same.id);
  expect(first?.why).toMatch(/^相距 0 米，同一地址，文字相似 \d+%，刚刚立案$/);
  expect(first?.score).toBeGreaterThan(0.8);
});

it('knows the site that a caller names in words, though the report lies nowhere yet', async () => {
  const siteId = newId();
  await w.run('systemAdmin', 'site', siteId, 'add', {
    name: '听泉里小区',
    siteType: 'ESTATE',
    areaCode: '110199001001',
  });
  const same = await w.issue({
    accept: {
      areaCode: '110199001001',
      siteId,
      description: '听泉里小区北门外垃圾桶满了好几天',
    },
  });
  const report = await w.report({
    areaCode: '110199',
    address: '听泉里小区',
    content: '我也反映一下，听泉里小区北门外的垃圾桶满了好几天没人收',
  });
  const [first] = await nearOf(report.id);
  expect(first?.item.id).toBe(same.id);
  expect(first?.why).toContain('同一点位');
});

it('never shows what is secret beside what is not', async () => {
  const there = { place: { lng: 116.36, lat: 40.05 } };
  const open = await w.issue({ accept: there });
  const secret = await w.issue({ report: { isConfidential: true }, accept: there });
  const tipOff = await w.report({ ...there, kind: 'tipOff' });
  const plain = await w.report(there);
  expect(await idsNear(tipOff.id)).toEqual([secret.id]);
  expect(await idsNear(plain.id)).toEqual([open.id]);
});

it('knows the same photo where place and words say little', async () => {
  const photos = async (): Promise<string[]> => {
    const id = await w.photo('desk');
    await w.pool.query(`update photo set dhash = 'f0e1d2c3b4a59687' where id = $1`, [id]);
    return [id];
  };
  const given = { areaCode: '110199002001', address: '西二旗大街中段' };
  const issue = await w.issue({
    report: { ...given, content: '共享单车成堆倒在盲道', photos: await photos() },
    accept: {
      areaCode: '110199002001',
      address: given.address,
      description: '共享单车成堆倒在盲道',
    },
  });
  const report = await w.report({
    ...given,
    address: '地铁口往北一点点',
    content: '这里完全走不过去请看图',
    photos: await photos(),
  });
  const [first] = await nearOf(report.id);
  expect(first?.item.id).toBe(issue.id);
  expect(first?.why).toContain('照片相同');
});

it('compares the nearest of a crowd', async () => {
  const crowded = { lng: 116.42, lat: 40.08 };
  const elsewhere = { areaCode: '110199002001' };
  // More than are compared, all in the box, each 30 to 47 meters to the south.
  for (let n = 0; n < 160; n++)
    await w.issue({
      accept: {
        ...elsewhere,
        place: { ...crowded, lat: crowded.lat - 0.00027 - n * 0.000001 },
        description: '路灯整夜不亮，行人看不清路',
      },
    });
  const nearest = await w.issue({
    accept: { ...elsewhere, place: crowded, description: '小广场健身器材断了一根横杆' },
  });
  const report = await w.report({
    areaCode: '110199001001',
    place: crowded,
    content: '小广场的健身器材断了一根横杆',
  });
  const [first] = await nearOf(report.id);
  expect(first?.item.id).toBe(nearest.id);
});

it('finds candidates by place, site and area without reading a table through', async () => {
  const report = await w.report({ place, categoryCode: 'E0101' });
  const context = await asking(w, 'desk');
  const named = await w.report({ areaCode: '110199', address: '听泉里小区' });
  const heard = await hearStatements(async () => {
    await reportView(context, { id: report.id });
    await reportView(context, { id: named.id });
  });
  const client = new pg.Client(w.config);
  await client.connect();
  await client.query('set enable_seqscan = off');
  const explained = await explainAll(
    client,
    heard.map((statement) => ({ ...statement, during: newId() })),
  );
  await client.end();
  expect(explained.flatMap(({ scans }) => scans)).toEqual([]);
});
