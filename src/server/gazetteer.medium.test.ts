/** The table of names follows master data: what is added, renamed, retired and merged. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gazetteerOf, placeInWords, pointIn } from './gazetteer.ts';
import { idFrom } from './idFrom.ts';
import { world, type World } from './testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

const master = () => w.tools.master.of(w.district);
const idsIn = async (words: string): Promise<string[]> =>
  placeInWords(await master(), words).candidates.map(({ entry }) => entry.id);

it('finds areas, sites and units, and keeps one table for each state of master data', async () => {
  const siteId = newId();
  await w.run('systemAdmin', 'site', siteId, 'add', {
    name: '白湖亭河',
    siteType: 'RIVER',
    areaCode: '110199001001',
    place: { lng: 116.35, lat: 40.02 },
  });
  expect(await idsIn('清河街道学府社区旁')).toEqual(['110199001001']);
  expect(await idsIn('白湖亭内河发黑')).toEqual([siteId]);
  expect(await idsIn('清河街道办事处门口')).toHaveLength(1);
  expect(gazetteerOf(await master())).toBe(gazetteerOf(await master()));
  await w.run('systemAdmin', 'site', siteId, 'edit', { name: '清水河' });
  expect(await idsIn('清水河发黑')).toEqual([siteId]);
  expect(await idsIn('白湖亭内河发黑')).toEqual([]);
  await w.run('systemAdmin', 'site', siteId, 'retire', {});
  expect(await idsIn('清水河发黑')).toEqual([]);
});

it('leads from the name of a merged area to the one it went into', async () => {
  const code = '110199002002';
  await w.run('systemAdmin', 'area', newId(), 'add', { code, name: '东王庄社区' });
  expect(await idsIn('东王庄社区垃圾多')).toEqual([code]);
  const old = [...(await master()).areas.values()].find((area) => area.code === code);
  await w.run('systemAdmin', 'area', old?.id ?? '', 'merge', { intoCode: '110199002001' });
  expect(await idsIn('东王庄社区垃圾多')).toEqual(['110199002001']);
});

it('reads a pair by the boundary of the district and the place in the words', async () => {
  const ring = [
    [116.3, 40],
    [116.4, 40],
    [116.4, 40.08],
    [116.3, 40.08],
    [116.3, 40],
  ];
  await w.run('systemAdmin', 'area', idFrom(`test area ${w.district}`), 'draw', {
    polygon: [[ring]],
  });
  await w.run('systemAdmin', 'site', newId(), 'add', {
    name: '五道口市场',
    siteType: 'MARKET',
    areaCode: '110199001',
    place: { lng: 116.35, lat: 40.02 },
  });
  const known = await master();
  expect(pointIn(known, [40.02, 116.35], '五道口市场门口')).toMatchObject({
    wasSwapped: true,
    system: 'wgs84',
    areaCode: w.district,
  });
  expect(pointIn(known, [116.35, 40.02], '某处').system).toBeNull();
  expect(pointIn(known, [121.47, 31.23], '五道口市场')).toMatchObject({
    point: null,
    areaCode: null,
  });
});
