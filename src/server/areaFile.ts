/**
 * Area file 边界载入: what a file of boundaries changes against the areas there are, shown first and then
 * done in one transaction or not at all, by the same actions that a person would use.
 */
import type { Actor } from '../domain/access.ts';
import type { Area } from '../domain/area.ts';
import { FeatureState, type AreaFileInput, type AreaFilePreview } from '../domain/areaApi.ts';
import { parentCode } from '../domain/areaCode.ts';
import { polygonToWgs84 } from '../domain/coordinates.ts';
import { Refused } from '../domain/refused.ts';
import {
  isSwapped,
  pointsOf,
  polygonProblem,
  squareKilometers,
  untie,
  type Polygon,
} from '../domain/shape.ts';
import { readGeoJson, type ReadFeature } from './adapters/geoJson.ts';
import { Neighbors, systemCheck, type CodedPolygon } from './areaFileChecks.ts';
import { idFrom } from './idFrom.ts';
import type { MasterData } from './masterData.ts';
import { performMany, type Order, type Performing } from './perform.ts';
import { mapInSlices } from './slices.ts';

interface Judged {
  row: number | null;
  code: string;
  name: string;
  state: FeatureState;
  words: string;
  polygon: Polygon | null;
  knots: number;
  orders: Order[];
}

interface Feature extends ReadFeature {
  /** Tiny loops that were cut off. */
  knots: number;
}

interface Judging {
  master: MasterData;
  requestId: string;
  /** Codes met so far. */
  seen: Set<string>;
}

const sizeWords = (polygon: Polygon): string => {
  const size = squareKilometers(polygon);
  return `${size < 0.1 ? size.toFixed(4) : size.toFixed(2)} 平方公里`;
};

function orderOf(
  requestId: string,
  area: { id: string; code: string; version: number },
  action: string,
  input: Record<string, unknown>,
): Order {
  const name = `${requestId} ${area.code} ${area.version} ${action}`;
  return { noun: 'area', id: area.id, action, requestId: idFrom(name), input };
}

/** The code of a feature, else that of the one area in use with its name. */
function codeFor({ code, name }: Feature, master: MasterData): string | null {
  if (/^\d{6}(\d{3}){0,3}$/.test(code)) return code;
  const named = [...master.areas.values()].filter(
    (area) => area.status === 'active' && name !== '' && area.name === name,
  );
  return named.length === 1 ? (named[0]?.code ?? null) : null;
}

const edited = (area: Area, { name, grade }: Feature): Record<string, string> => ({
  ...(name !== '' && name !== area.name ? { name } : {}),
  ...(grade !== '' && grade !== area.grade ? { grade } : {}),
});

function judgeNew(feature: Feature, code: string, { requestId }: Judging): Partial<Judged> {
  const { name, grade, polygon } = feature;
  if (name === '') return { state: 'refused', words: '新区域须有名称，请选择名称所在的属性' };
  const id = idFrom(`${requestId} ${code}`);
  const input = { code, name, ...(grade ? { grade } : {}), polygon };
  return {
    state: 'new',
    words: sizeWords(polygon),
    orders: [orderOf(requestId, { id, code, version: 0 }, 'add', input)],
  };
}

function judgeKnown(feature: Feature, area: Area, { requestId }: Judging): Partial<Judged> {
  if (area.status !== 'active')
    return { state: 'refused', words: `代码 ${area.code} 已停用，代码不重复使用` };
  const words = edited(area, feature);
  const { polygon } = feature;
  const isSame = JSON.stringify(area.polygon) === JSON.stringify(polygon);
  const orders = [
    ...(isSame ? [] : [orderOf(requestId, area, 'draw', { polygon })]),
    ...(Object.keys(words).length > 0 ? [orderOf(requestId, area, 'edit', words)] : []),
  ];
  const drawn = isSame
    ? []
    : [`${area.polygon ? sizeWords(area.polygon) : '未画界'} → ${sizeWords(polygon)}`];
  const said = [
    ...(words.name ? [`名称“${area.name}”改为“${words.name}”`] : []),
    ...(words.grade ? [`等级“${area.grade ?? '无'}”改为“${words.grade}”`] : []),
  ];
  return {
    state: !isSame ? 'shape' : said.length > 0 ? 'words' : 'same',
    words: [...drawn, ...said].join('；'),
    orders,
  };
}

function judge(feature: Feature, judging: Judging): Judged {
  const { master, seen } = judging;
  const code = codeFor(feature, master);
  const judged: Judged = {
    row: feature.row,
    code: code ?? feature.code.slice(0, 30),
    name: feature.name.slice(0, 60) || (master.areas.get(code ?? '')?.name ?? ''),
    state: 'refused',
    words: '',
    polygon: null,
    knots: 0,
    orders: [],
  };
  if (code === null)
    return { ...judged, words: '没有 6、9、12 或 15 位的区域代码，按名称也对不上唯一的区域' };
  if (!code.startsWith(master.district)) return { ...judged, state: 'elsewhere' };
  if (seen.has(code)) return { ...judged, words: '这个代码在文件中出现不止一次，请只留一个' };
  seen.add(code);
  const problem = feature.problem ?? polygonProblem(feature.polygon);
  if (problem) return { ...judged, words: problem };
  const area = master.areas.get(code);
  const found = area ? judgeKnown(feature, area, judging) : judgeNew(feature, code, judging);
  return { ...judged, polygon: feature.polygon, knots: feature.knots, ...found };
}

/** Areas in use that the file leaves out, beside those it has. */
function goneFrom(judged: readonly Judged[], { master, requestId }: Judging): Judged[] {
  const there = new Set(judged.map(({ code }) => code));
  const parents = new Set(
    judged.flatMap(({ code, state }) => (state === 'elsewhere' ? [] : (parentCode(code) ?? []))),
  );
  return [...master.areas.values()]
    .filter(({ status, code }) => status === 'active' && !there.has(code))
    .filter(({ code }) => parents.has(parentCode(code) ?? ''))
    .sort((a, b) => b.code.length - a.code.length || (a.code < b.code ? -1 : 1))
    .map((area) => ({
      row: null,
      code: area.code,
      name: area.name,
      state: 'gone' as const,
      words: '勾选“停用文件中没有的”才会停用',
      polygon: null,
      knots: 0,
      orders: [orderOf(requestId, area, 'retire', {})],
    }));
}

const reasonOf = (refused: Refused): string =>
  (refused.details?.fields as { message: string }[] | undefined)?.[0]?.message ?? refused.message;

/** The tools with everything that writes taken out. */
const looking = (tools: Performing): Performing => ({
  ...tools,
  store: { ...tools.store, write: async () => undefined },
  written: () => undefined,
});

/** Performs what the features ask and marks those that are refused. True when nothing was. */
async function tryOut(
  tools: Performing,
  actor: Actor,
  judged: readonly Judged[],
  allOrNothing: boolean,
): Promise<boolean> {
  const orders = judged.flatMap(({ orders: own }) => own);
  const refusals = new Map<string, Refused>();
  for (const outcome of await performMany(tools, actor, orders, { allOrNothing }))
    if ('refused' in outcome) refusals.set(outcome.requestId, outcome.refused);
  for (const one of judged) {
    const refused = one.orders.flatMap(({ requestId }) => refusals.get(requestId) ?? [])[0];
    if (!refused) continue;
    one.state = 'refused';
    one.words = reasonOf(refused);
    one.orders = [];
  }
  return refusals.size === 0;
}

/** The feature without knots, as far as its size allows to look for them. */
function untied(feature: ReadFeature): Feature {
  if (pointsOf(feature.polygon).length > 5000) return { ...feature, knots: 0 };
  const { polygon, count } = untie(feature.polygon);
  return { ...feature, polygon, knots: count };
}

/** The boundaries as they would stand after the file. */
function future(judged: readonly Judged[], master: MasterData): CodedPolygon[] {
  const drawn = new Map<string, Polygon>();
  for (const { status, code, polygon } of master.areas.values())
    if (status === 'active' && polygon) drawn.set(code, polygon);
  for (const { state, code, polygon } of judged)
    if (polygon && state !== 'refused') drawn.set(code, polygon);
  return [...drawn].map(([code, polygon]) => ({ code, polygon }));
}

const countsOf = (judged: readonly Judged[]): AreaFilePreview['counts'] =>
  Object.fromEntries(
    FeatureState.options.map((state) => [
      state,
      judged.filter((one) => one.state === state).length,
    ]),
  ) as AreaFilePreview['counts'];

/** What is said of a file of which nothing can be loaded, with the most frequent reasons; null when something can. */
function uselessWords(judged: readonly Judged[]): string | null {
  if (judged.some(({ state }) => state !== 'refused' && state !== 'elsewhere')) return null;
  const refused = judged.filter(({ state }) => state === 'refused');
  if (refused.length === 0)
    return `文件里的 ${judged.length} 个图形都不属于本区，请核对区划代码，或换一个文件`;
  const counts = new Map<string, number>();
  for (const { words } of refused) counts.set(words, (counts.get(words) ?? 0) + 1);
  const reasons = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([words, count]) => (refused.length > 1 ? `${words}（${count} 个）` : words));
  const others = judged.length - refused.length;
  const head =
    others > 0
      ? `${refused.length} 个图形不能载入，其余 ${others} 个不属于本区`
      : `文件里的 ${refused.length} 个图形都不能载入`;
  return `${head}：${reasons.join('；')}。请改正文件或改选代码、名称所在的属性后重新预览`;
}

/** Parents before children, retired ones last and deepest first. */
const inOrder = (judged: readonly Judged[]): Judged[] => [
  ...judged.filter(({ state }) => state !== 'gone').sort((a, b) => a.code.length - b.code.length),
  ...judged.filter(({ state }) => state === 'gone'),
];

/**
 * Looks at a file of boundaries and, when asked and nothing stands against it, applies it: everything in one
 * transaction. Throws {@link Refused} when the file cannot be read at all.
 */
export async function loadAreaFile(
  tools: Performing,
  actor: Actor,
  input: AreaFileInput,
): Promise<AreaFilePreview> {
  const { columns, properties, features } = await readGeoJson(input.file, input.columns);
  const master = await tools.master.of(actor.district);
  const judging: Judging = { master, requestId: input.requestId, seen: new Set() };
  const judged = await mapInSlices(features, (feature) =>
    judge(untied({ ...feature, polygon: polygonToWgs84(feature.polygon, input.system) }), judging),
  );
  const given = judged.flatMap(({ polygon, code }, n) =>
    polygon ? [{ code, polygon: features[n]?.polygon ?? polygon }] : [],
  );
  const swapped = features.filter(({ polygon }) => isSwapped(pointsOf(polygon))).length;
  const system = await systemCheck(given, master, input.system);
  const wrongSystem =
    swapped * 2 > features.length
      ? '整个文件的经度和纬度写反了，请改为“经度, 纬度”的顺序后重新选择文件'
      : system.isProblem && !input.isSystemSure
        ? system.words
        : null;
  const gone = goneFrom(judged, judging);
  const doing = inOrder([...judged, ...(input.retiresGone ? gone : [])]);
  await tryOut(looking(tools), actor, doing, false);
  const problem = wrongSystem ?? uselessWords(judged);
  const mayApply =
    problem === null && (input.leavesRefused || doing.every(({ state }) => state !== 'refused'));
  const isApplied = input.apply === true && mayApply && (await tryOut(tools, actor, doing, true));
  const neighbors = new Neighbors(future(judged, master));
  const nameOf = (code: string): string => master.areas.get(code)?.name ?? code;
  const all = [...judged, ...gone];
  return {
    isApplied,
    columns,
    properties,
    problem,
    betterSystem: system.better,
    notes: [`共 ${features.length} 个图形`, ...(system.isProblem ? [] : [system.words])],
    counts: countsOf(all),
    features: await mapInSlices(all, ({ row, code, name, state, words, polygon, knots }) => ({
      row,
      code,
      name,
      state,
      words,
      warnings: [
        ...(knots > 0 ? [`已去掉 ${knots} 处取整造成的细小折返`] : []),
        ...(polygon && state !== 'refused' ? neighbors.warnings({ code, polygon }, nameOf) : []),
      ],
    })),
  };
}
