/** Files of boundaries: shown as a diff, applied all or nothing, and every bad file gets its sentence. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import gcoord from 'gcoord';
import { v7 as newId } from 'uuid';
import type { Area } from '../domain/area.ts';
import type { AreaFileInput, AreaFilePreview } from '../domain/areaApi.ts';
import { gridPolygons } from '../domain/gridPolygons.ts';
import { Refused } from '../domain/refused.ts';
import type { Point, Polygon } from '../domain/shape.ts';
import { loadAreaFile } from './areaFile.ts';
import { expectReplay } from './testing/replay.ts';
import { bow, sea } from './testing/boundaries.ts';
import { world, type World } from './testing/world.ts';

const known: Record<string, string> = {
  '110199': '测试区',
  '110199001': '清河街道',
  '110199001001': '学府社区',
  '110199002': '上地街道',
  '110199002001': '西二旗社区',
};
const fresh = { '110199003': '新设街道', '110199003001': '新设社区' };
const grid = gridPolygons(Object.keys({ ...known, ...fresh }), [116.3, 40, 116.5, 40.2]);

type Feature = {
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
};

const feature = (code: string, name: string, polygon?: Polygon): Feature => ({
  properties: { 区划代码: code.padEnd(12, '0'), 名称: name, 管理等级: '一级' },
  geometry: { type: 'MultiPolygon', coordinates: polygon ?? grid.get(code)?.polygon },
});
const featuresOf = (names: Record<string, string>): Feature[] =>
  Object.entries(names).map(([code, name]) => feature(code, name));
const fileOf = (features: readonly Feature[]) => ({ type: 'FeatureCollection', features });

const each = (features: readonly Feature[], change: (point: Point) => Point): Feature[] =>
  features.map(({ properties, geometry }) => ({
    properties,
    geometry: {
      ...geometry,
      coordinates: (geometry.coordinates as Polygon).map((rings) =>
        rings.map((ring) => ring.map(change)),
      ),
    },
  }));

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.drop());

const load = async (
  features: readonly Feature[] | object,
  options: Partial<AreaFileInput> = {},
): Promise<AreaFilePreview> =>
  loadAreaFile(w.tools, await w.actor('systemAdmin'), {
    requestId: newId(),
    file: Array.isArray(features) ? fileOf(features as Feature[]) : features,
    system: 'wgs84',
    ...options,
  });

const areas = async (): Promise<Area[]> => [
  ...(await w.tools.master.of(w.district)).areas.values(),
];
const drawnCount = async (): Promise<number> =>
  (await areas()).filter(({ polygon }) => polygon !== null).length;
const stateOf = ({ features }: AreaFilePreview, code: string) =>
  features.find((one) => one.code === code);

describe('a good file', () => {
  it('is shown as a diff, changes nothing until applied, then everything at once', async () => {
    const file = featuresOf({ ...known, ...fresh });
    const preview = await load(file);
    expect(preview.columns).toEqual({ code: '区划代码', name: '名称', grade: '管理等级' });
    expect(preview.counts).toMatchObject({ new: 2, shape: 5, refused: 0, gone: 0 });
    expect([preview.isApplied, await drawnCount()]).toEqual([false, 0]);
    const applied = await load(file, { apply: true });
    expect([applied.isApplied, await drawnCount(), (await areas()).length]).toEqual([true, 7, 7]);
    expect((await load(file, { apply: true })).counts).toMatchObject({ same: 7, new: 0, shape: 0 });
    await expectReplay(w);
  });

  it('names what it leaves out, and retires it only when asked, unless it is in use', async () => {
    const file = featuresOf({ '110199001': '清河街道', '110199002': '上地街道' });
    await w.run('systemAdmin', 'area', newId(), 'add', { code: '110199004', name: '撤销街道' });
    const look = await load(file, { apply: true });
    expect(stateOf(look, '110199004')?.state).toBe('gone');
    const inUse = async () => (await areas()).filter(({ status }) => status === 'active').length;
    expect(await inUse()).toBe(6);
    await load(file, { apply: true, retiresGone: true });
    expect(await inUse()).toBe(5);
    const less = featuresOf({ '110199002': '上地街道' });
    const refused = await load(less, { apply: true, retiresGone: true });
    expect(refused.isApplied).toBe(false);
    expect(stateOf(refused, '110199001')).toMatchObject({ state: 'refused' });
    expect(stateOf(refused, '110199001')?.words).toContain('在用');
    expect(await inUse()).toBe(5);
  });

  it('warns of overlaps, of corners outside the area above, and of holes', async () => {
    await load(featuresOf(known), { apply: true });
    const shifted = each(featuresOf({ '110199001001': '学府社区' }), ([lng, lat]) => [
      lng + 0.02,
      lat,
    ]);
    const { warnings } = stateOf(await load(shifted), '110199001001') ?? { warnings: [] };
    expect(warnings.join()).toMatch(/边界点在上级“清河街道”之外/);
    const twice = [
      ...featuresOf({ '110199001': '清河街道' }),
      feature('110199005', '重叠街道', grid.get('110199001')?.polygon),
    ];
    expect(stateOf(await load(twice), '110199005')?.warnings).toContain('与“清河街道”重叠');
    const [[outer = []] = []] = grid.get('110199001')?.polygon ?? [];
    const [x, y] = grid.get('110199001')?.at(0.5, 0.5) ?? [0, 0];
    const hole: Point[] = [
      [x, y],
      [x + 0.002, y],
      [x, y + 0.002],
      [x, y],
    ];
    const holed = await load([feature('110199001', '清河街道', [[outer, hole]])]);
    expect(stateOf(holed, '110199001')?.warnings).toContain('有 1 个孔洞');
  });
});

describe('a large file', () => {
  /** A boundary of many points. */
  const round = (lng: number, lat: number): Polygon => {
    const ring = Array.from({ length: 2000 }, (_point, n): Point => {
      const angle = (n / 2000) * 2 * Math.PI;
      return [lng + 0.006 * Math.cos(angle), lat + 0.006 * Math.sin(angle)];
    });
    return [[[...ring, ring[0] as Point]]];
  };

  it('lets others have their turn while it is looked at, and finds its overlaps', async () => {
    const file = Array.from({ length: 200 }, (_feature, n) => {
      const middle: [number, number] = [116.3 + (n % 20) * 0.01, 40 + Math.floor(n / 20) * 0.01];
      return feature(`110199001${100 + n}`, `社区${n}`, round(...middle));
    });
    let [last, longest] = [performance.now(), 0];
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const begin = performance.now();
    const preview = await load(file);
    const total = performance.now() - begin;
    clearInterval(timer);
    expect(preview.counts).toMatchObject({ new: 200, refused: 0 });
    expect(stateOf(preview, '110199001101')?.warnings).toContain('与“110199001100”重叠');
    expect(longest).toBeLessThan(total / 3);
  });
});

describe('a bad file', () => {
  const message = async (doing: Promise<unknown>): Promise<string> =>
    doing.then(
      () => 'was not refused',
      (error: unknown) => (error instanceof Refused ? error.message : Promise.reject(error)),
    );

  it('is refused as a whole when it is no collection, empty or too many', async () => {
    expect(await message(load({ type: 'Topology' }))).toContain('FeatureCollection');
    expect(await message(load([]))).toContain('没有任何图形');
    const one = feature('110199001', '清河街道');
    expect(await message(load(Array.from({ length: 5001 }, () => one)))).toContain('超过 5000');
  });

  it('says for every feature what is wrong, and applies nothing', async () => {
    const file = [
      feature('110199001', '清河街道'),
      feature('110199001', '又一个清河'),
      feature('110199002', '上地街道', bow),
      feature('110199003', '海上街道', sea),
      feature('110198001', '外区街道', grid.get('110199003')?.polygon),
      { ...feature('110199004', '代码不对'), properties: { 区划代码: '1101', 名称: '代码不对' } },
      feature('110199009001', '无主社区', grid.get('110199003001')?.polygon),
      { ...feature('110199004', '一条线'), geometry: { type: 'LineString', coordinates: [] } },
    ];
    const preview = await load(file, { apply: true });
    const words = preview.features.map((one) => `${one.state} ${one.words}`);
    expect(words.slice(0, 8)).toEqual([
      expect.stringContaining('shape'),
      expect.stringContaining('refused 这个代码在文件中出现不止一次'),
      expect.stringContaining('自相交'),
      expect.stringContaining('海上'),
      'elsewhere ',
      expect.stringContaining('6、9、12 或 15 位'),
      expect.stringContaining('上级区域 110199009 不存在'),
      expect.stringContaining('LineString'),
    ]);
    expect([preview.isApplied, await drawnCount()]).toEqual([false, 0]);
    const left = await load(file, { apply: true, leavesRefused: true });
    expect([left.isApplied, await drawnCount()]).toEqual([true, 1]);
  });

  it('is told when nothing of it can be loaded, with the most frequent reasons', async () => {
    const codeless = (n: number) => ({
      ...feature('110199001', `街道${n}`),
      properties: { 区划代码: `${n}`, 名称: `街道${n}` },
    });
    const file = [codeless(1), codeless(2), feature('110199002', '上地街道', bow)];
    const { problem, counts } = await load(file);
    expect(counts.refused).toBe(3);
    expect(problem).toMatch(
      /^文件里的 3 个图形都不能载入：没有 6、9、12 或 15 位.*（2 个）；边界自相交/,
    );
    const elsewhere = await load([
      feature('110198001', '外区街道', grid.get('110199003')?.polygon),
    ]);
    expect(elsewhere.problem).toContain('都不属于本区');
    expect((await load(file, { apply: true, leavesRefused: true })).isApplied).toBe(false);
  });

  it('is told when latitude stands before longitude', async () => {
    const swapped = each(featuresOf(known), ([lng, lat]) => [lat, lng]);
    const preview = await load(swapped, { apply: true });
    expect(preview.problem).toContain('写反');
    expect(preview.features[0]?.words).toContain('写反');
    expect(await drawnCount()).toBe(0);
  });

  const shifts = {
    gcj02: (point: Point) => gcoord.transform(point, gcoord.WGS84, gcoord.GCJ02) as Point,
    bd09: (point: Point) => gcoord.transform(point, gcoord.WGS84, gcoord.BD09) as Point,
  };

  it.each(['gcj02', 'bd09'] as const)(
    'is recognized as %s beside what is drawn',
    async (system) => {
      await load(featuresOf(known), { apply: true });
      const moved = each(featuresOf(known), shifts[system]);
      const preview = await load(moved, { apply: true });
      expect([preview.isApplied, preview.betterSystem]).toEqual([false, system]);
      expect(preview.problem).toMatch(/相差约 \d+ 米/);
      const right = await load(moved, { system });
      expect(right.problem).toBeNull();
      expect((await load(moved, { apply: true, isSystemSure: true })).isApplied).toBe(true);
    },
  );

  it('is recognized by the sites that fall outside their area', async () => {
    const communities = { '110199001001': '学府社区', '110199002001': '西二旗社区' };
    for (const code of Object.keys(communities)) {
      for (const [u, v] of [
        [0.005, 0.5],
        [0.5, 0.005],
        [0.01, 0.2],
        [0.2, 0.01],
        [0.015, 0.4],
        [0.99, 0.5],
      ] as const) {
        const [lng, lat] = grid.get(code)?.at(u, v) ?? [0, 0];
        const input = { name: '点位', siteType: 'ALLEY', areaCode: code, place: { lng, lat } };
        await w.run('systemAdmin', 'site', newId(), 'add', input);
      }
    }
    expect((await load(featuresOf(communities))).problem).toBeNull();
    const preview = await load(each(featuresOf(communities), shifts.gcj02));
    expect(preview.betterSystem).toBe('gcj02');
    expect(preview.problem).toContain('点位中落在各自区域内的有');
  });
});

const beijing = '../shared/data/beijing_geo/beijing_16districts_echarts4_apache2';
const districtsOf = (system: string) =>
  JSON.parse(readFileSync(`${beijing}_${system}.geojson`, 'utf8')) as { features: Feature[] };

describe.skipIf(!existsSync(`${beijing}_wgs84.geojson`))(
  'real districts (skipped without data)',
  () => {
    it('are read, those of other districts left alone, and a shifted one is recognized', async () => {
      const district = { code: '110108' };
      const tools = { ...w.tools };
      const actor = { ...(await w.actor('systemAdmin')), district: district.code };
      const id = newId();
      await w.run(actor, 'area', id, 'add', { code: district.code, name: '海淀区' });
      const read = (system: string, apply: boolean) =>
        loadAreaFile(tools, actor, {
          requestId: newId(),
          file: districtsOf(system),
          system: 'wgs84',
          apply,
        });
      const first = await read('wgs84', true);
      expect(first.counts).toMatchObject({ shape: 1, elsewhere: 15, refused: 0 });
      expect(first.isApplied).toBe(true);
      const shifted = await read('gcj02', true);
      expect([shifted.isApplied, shifted.betterSystem]).toEqual([false, 'gcj02']);
    });
  },
);
