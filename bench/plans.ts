/**
 * The plan of every statement the program sends: heard on the connections while each query is asked with
 * each of its filters, each loop runs once and actions are performed; then explained with the same values.
 */
import { defaultHours } from '../src/domain/calendar.ts';
import pg from 'pg';
import type { Actor } from '../src/domain/access.ts';
import { queries, type QueryName } from '../src/domain/api.ts';
import type { QueryContext } from '../src/server/queries/context.ts';
import { handlers } from '../src/server/queries/handlers.ts';
import type { Statement } from './captured.ts';

/** Tables that grow with the work of the office; none of them may be read from end to end. */
export const bigTables = [
  'event',
  'request',
  'unsealed',
  'seal',
  'secret',
  'report',
  'issue',
  'assist',
  'approval',
  'callback',
  'notice',
  'notice_message',
  'photo',
  'attachment',
  'search',
  'job',
  'group_post',
  'finding',
] as const;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Rows'?: number;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

export interface Explained {
  /** What the program was doing when it sent the statement. */
  during: string;
  text: string;
  /** Nodes from the top, indented by depth. */
  lines: string[];
  /** Big tables read from end to end. */
  scans: string[];
}

const isRead = (text: string): boolean => /^\s*(?:with|select|update|delete|insert)\b/i.test(text);

/** Every statement sent on any connection of this process while `work` runs. */
export async function hearStatements(work: () => Promise<unknown>): Promise<Statement[]> {
  const heard: Statement[] = [];
  const prototype = pg.Client.prototype as unknown as Record<'query', (...all: never[]) => unknown>;
  const original = prototype.query;
  prototype.query = function query(this: unknown, ...all: never[]): unknown {
    const [first, second] = all as unknown as [string | Partial<Statement> | undefined, unknown];
    const config = typeof first === 'string' ? { text: first } : first;
    const values = config?.values ?? (Array.isArray(second) ? (second as unknown[]) : []);
    if (config?.text && isRead(config.text)) heard.push({ text: config.text, values });
    return original.apply(this, all);
  };
  try {
    await work();
  } finally {
    prototype.query = original;
  }
  return heard;
}

function walk(node: PlanNode, depth: number, found: Pick<Explained, 'lines' | 'scans'>): void {
  const table = node['Relation Name'];
  const index = node['Index Name'] ? ` by ${node['Index Name']}` : '';
  found.lines.push(
    `${'  '.repeat(depth)}${node['Node Type']}${table ? ` ${table}` : ''}${index} (${node['Plan Rows'] ?? 0})`,
  );
  if (node['Node Type'] === 'Seq Scan' && (bigTables as readonly string[]).includes(table ?? ''))
    found.scans.push(String(table));
  for (const inner of node.Plans ?? []) walk(inner, depth + 1, found);
}

/** Explains each different statement once, without running it. `client` may be set up as wished. */
export async function explainAll(
  client: pg.ClientBase,
  heard: readonly (Statement & { during: string })[],
): Promise<Explained[]> {
  const seen = new Set<string>();
  const explained: Explained[] = [];
  for (const { text, values, during } of heard) {
    const name = `${during} ${text}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (format json) ${text}`,
      values,
    );
    const found: Pick<Explained, 'lines' | 'scans'> = { lines: [], scans: [] };
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan) walk(plan, 0, found);
    explained.push({ during, text, ...found });
  }
  return explained;
}

/** A query with one of its filters set, as the page asks for it. */
export interface Sample {
  name: QueryName;
  input: Record<string, unknown>;
}

/** Values the filters are tried with: of records that are there. */
export interface SampleValues {
  issueId: string;
  reportId: string;
  reportNumber: string;
  issueNumber: string;
  unitId: string;
  subdistrict: string;
  areaId: string;
  linkId: string;
  category: string;
  words: string;
  rareWord: string;
  from: string;
  to: string;
}

const filterSamples = (values: SampleValues): Record<string, unknown>[] => [
  {},
  { channel: 'hotline' },
  { area: values.subdistrict },
  { category: values.category },
  { category: values.category.slice(0, 3) },
  ...['overdue', 'dueSoon', 'onTime', 'held'].map((clock) => ({ clock })),
  { words: values.words },
  { words: values.rareWord },
  { from: values.from, to: values.to },
  { mine: '1' },
];

/** Every query with every filter and sort that its page offers. */
export function samplesOf(values: SampleValues): Sample[] {
  const filters = filterSamples(values);
  const issueFilters = [
    ...filters,
    { status: 'accepted' },
    { status: 'closed' },
    { status: 'dispatched,claimed' },
    { unit: values.unitId },
    { words: values.issueNumber },
  ];
  const of = (name: QueryName, ...inputs: Record<string, unknown>[]): Sample[] =>
    inputs.map((input) => ({ name, input }));
  return [
    ...of('issueList', ...issueFilters),
    ...of('issueList', ...issueFilters.map((input) => ({ ...input, sort: 'due' }))),
    ...of('reportList', ...filters, { status: 'submitted' }, { status: 'joined' }),
    ...of('issueView', { id: values.issueId }),
    ...of('reportView', { id: values.reportId }),
    ...of('approvalList', {}, { status: 'asked' }, { status: 'granted' }),
    ...of('assistList', {}, { status: 'asked' }, { status: 'done' }),
    ...of('work', {}),
    ...of('noticeList', {}),
    ...of('eventList', { noun: 'issue', id: values.issueId }),
    ...of('personList', {}, { words: '某' }),
    ...of('worksSum', { from: values.from, to: values.to }, { unit: values.unitId }),
    ...of('follow', { number: values.reportNumber, code: 'abcdefgh' }),
    ...of('citizenForm', {}),
    ...of('directory', {}),
    ...of('areaList', {}),
    ...of('areaMap', { code: values.subdistrict }),
    ...of('areaView', { id: values.areaId }),
    ...of('areaAt', { lng: 116.4, lat: 40 }),
    ...of('areaShapes', {}),
    ...of('categoryList', {}, { words: values.words }),
    ...of('categoryView', { code: values.category }),
    ...of('catalogMatrix', {}, { edition: '实地考察样例', under: 'S-EN' }),
    ...of('catalogOpen', {}, { side: 'indicator' }, { side: 'category' }, { sender: '12345' }),
    ...of('catalogLinks', {}, { status: 'active', kind: 'class' }),
    ...of('catalogEffect', { id: values.linkId }),
    ...of('settingList', {}),
    ...of('calendarView', { year: 2026 }),
    ...of('calendarPreview', {
      year: 2027,
      isAnnounced: true,
      holidays: [{ day: '2027-01-01', name: '元旦' }],
      makeUpDays: [],
      hours: defaultHours,
    }),
    ...of('dutyRuleList', {}),
    ...of('dutyTry', { category: values.category, area: values.subdistrict }),
    ...of(
      'dutyOverrules',
      {},
      { from: values.from, to: values.to },
      { area: values.subdistrict },
      { category: values.category },
      { unit: values.unitId },
    ),
    ...of(
      'callbackList',
      {},
      { status: 'waiting', sort: 'due' },
      { callable: '1', sort: 'due' },
      { mine: '1' },
      { status: 'answered', solved: 'no' },
      { area: values.subdistrict },
      { category: values.category },
      { unit: values.unitId },
      { from: values.from, to: values.to },
      { words: values.rareWord },
    ),
    ...of('callbackView', { id: values.issueId }),
    ...of('callbackRates', {}, { from: values.from, to: values.to, by: 'area' }),
    ...of('callbackAsked', { number: values.reportNumber, code: 'abcdefgh' }),
    ...of(
      'platformCaseList',
      {},
      { issue: values.issueId },
      { platform: values.unitId },
      { status: 'sent,failed' },
      { trouble: '1' },
    ),
    ...of('orderLoads', {}),
    ...of('orderLoad', { id: values.issueId }),
    ...of(
      'findingList',
      {},
      { status: 'recorded' },
      { area: values.subdistrict },
      { category: values.category },
      { site: values.unitId },
      { unit: values.unitId },
      { load: values.unitId },
      { mine: '1' },
      { from: values.from, to: values.to },
    ),
    ...of('findingView', { id: values.issueId }),
    ...of('findingLoads', {}),
    ...of('findingLoad', { id: values.issueId }),
    ...of('downloadList', {}, { waiting: '1' }, { status: 'ready' }),
    ...of('downloadSize', { list: 'issueList', filters: { status: 'accepted' } }),
    ...of('sheetLoads', {}, { sheet: 'area' }),
    ...of('sheetLoad', { id: values.issueId, kind: 'refused' }),
    ...of('unitList', {}),
    ...of('unitUse', { id: values.unitId }),
    ...of('postList', {}, { words: '某' }),
    ...of('rosterMonth', { unit: values.unitId, month: values.to.slice(0, 7) }),
    ...of('deputyList', {}, { status: 'active' }),
    ...of('patronList', {}),
    ...of('sessionList', {}),
    ...of('apiKeyList', {}),
    ...of('understanding', {}),
    ...of('progress', {}),
    ...of('backupList', {}),
    ...of('outsideAddressList', {}, { status: 'active' }),
    ...of('subscriptionList', {}, { status: 'active' }),
    ...of('deliveryList', { id: values.unitId }, { id: values.unitId, status: 'dead' }),
    ...of('noticeChannelList', {}, { status: 'active' }),
    ...of('noticeMessageList', { id: values.unitId }, { id: values.unitId, status: 'dead' }),
    ...of('noticeDefaultList', {}),
    ...of('ownNotices', {}),
    ...of(
      'groupFeed',
      {},
      { unit: values.unitId },
      ...['new', 'claimed', 'rectified'].map((step) => ({ step })),
    ),
    ...of('groupUnits', {}, { from: values.from, to: values.to }, { unit: values.unitId }),
    ...of('groupPosts', {}, { kind: 'daily' }, { unit: values.unitId }, { unit: 'district' }),
    ...of('ownerlessList', ...filters.filter((input) => !('mine' in input))),
  ];
}

/** Queries that no sample asks. */
export const unsampled = (samples: readonly Sample[], besides: readonly QueryName[]): string[] =>
  (Object.keys(queries) as QueryName[]).filter(
    (name) => !besides.includes(name) && !samples.some((sample) => sample.name === name),
  );

/** Asks one sample as an actor; false when it was refused, its statements sent by then or not. */
export async function askSample(
  { name, input }: Sample,
  context: Omit<QueryContext, 'actor'>,
  actor: Actor,
): Promise<boolean> {
  const ask = handlers[name] as (context: QueryContext, input: unknown) => Promise<unknown>;
  try {
    await ask({ ...context, actor }, input);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') return false;
    throw error;
  }
}
