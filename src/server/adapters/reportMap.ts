/**
 * Report map 来件对照表: which column of somebody's file is what in a report. A small JSON file; every
 * entry is a column's name, a constant, or columns with a table of values. See `docs/loading.md`.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fieldMeta } from '../../domain/fields.ts';
import { Refused } from '../../domain/refused.ts';
import { report } from '../../domain/report.ts';
import { momentIn, patternOf } from './localTime.ts';

const Column = z.string().min(1);

/** `blank`: texts that mean nothing was said. `values`: the file's word → ours; `otherwise`: for all others. */
const Entry = z.union([
  Column,
  z.strictObject({ constant: z.string().min(1) }),
  z.strictObject({
    columns: z.array(Column).min(1),
    joinedBy: z.string().optional(),
    blank: z.array(z.string()).optional(),
    values: z.record(z.string(), z.string()).optional(),
    otherwise: z.string().optional(),
  }),
]);
type Entry = z.infer<typeof Entry>;

/** Each format must name a year, a month and a day. */
const Formats = z.array(z.string().refine((format) => patternOf(format) !== undefined)).min(1);

export const ReportMap = z.strictObject({
  sender: z.string().min(1).max(40),
  outsideNumber: Entry,
  channel: Entry,
  content: Entry,
  claimedAt: z.strictObject({ column: Column, formats: Formats }).optional(),
  kind: Entry.optional(),
  urgency: Entry.optional(),
  areaCode: Entry.optional(),
  address: Entry.optional(),
  categoryCode: Entry.optional(),
  complainantName: Entry.optional(),
  complainantPhone: Entry.optional(),
});
export type ReportMap = z.infer<typeof ReportMap>;

const entries = [
  'outsideNumber',
  'channel',
  'content',
  'kind',
  'urgency',
  'areaCode',
  'address',
  'categoryCode',
  'complainantName',
  'complainantPhone',
] as const;

/** Reads a map. Throws a Chinese reason that names the entry that is wrong. */
export function readMap(path: string): ReportMap {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refused(400, 'noMap', `读不到对照表 ${path}，请检查路径`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Refused(400, 'badMap', `对照表 ${path} 不是合格的 JSON，请检查逗号、引号和括号`);
  }
  const parsed = ReportMap.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = [
    ...new Set(parsed.error.issues.map(({ path: at }) => at.map(String).join('.') || '整体')),
  ];
  const unknown = parsed.error.issues.flatMap((problem) =>
    problem.code === 'unrecognized_keys' ? problem.keys : [],
  );
  throw new Refused(
    400,
    'badMap',
    `对照表 ${path} 有误：${[...wrong, ...unknown].slice(0, 10).join('、')}。写法见 docs/loading.md`,
  );
}

const columnsOf = (entry: Entry | undefined): string[] =>
  entry === undefined || (typeof entry === 'object' && 'constant' in entry)
    ? []
    : typeof entry === 'string'
      ? [entry]
      : entry.columns;

/** Throws when a column the map names is missing from the file's head, or there twice. */
export function checkColumns(map: ReportMap, head: readonly string[]): void {
  const named = [
    ...entries.flatMap((name) => columnsOf(map[name])),
    ...(map.claimedAt ? [map.claimedAt.column] : []),
  ];
  const missing = [...new Set(named)].filter((column) => !head.includes(column));
  if (missing.length > 0) {
    throw new Refused(
      400,
      'noColumn',
      `文件里没有这些列：${missing.join('、')}。文件的列是：${head.join('、').slice(0, 500)}`,
    );
  }
  const twice = named.find((column) => head.filter((other) => other === column).length > 1);
  if (twice !== undefined)
    throw new Refused(400, 'twice', `文件里有两列都叫“${twice}”，请改名后再载入`);
}

/** Why a row is refused: `reason` is the same for all rows of a kind, `detail` is this row's. */
export interface RowRefusal {
  reason: string;
  detail?: string;
}

const { shape } = report.actions.submit.input as unknown as z.ZodObject;

/** What a field of a report is called. */
export const fieldTitle = (name: string): string => {
  const schema = shape[name];
  return (schema && fieldMeta(schema)?.title) ?? name;
};

type Reading = { text: string } | { refused: RowRefusal };

function readEntry(name: string, entry: Entry, cellOf: (column: string) => string): Reading {
  if (typeof entry === 'object' && 'constant' in entry) return { text: entry.constant };
  const {
    columns,
    joinedBy = '\n',
    blank = [],
    values,
    otherwise,
  } = typeof entry === 'string' ? { columns: [entry] } : entry;
  const parts = columns
    .map((column) => cellOf(column).trim())
    .filter((part) => part !== '' && !blank.includes(part));
  const text = parts.join(joinedBy);
  if (!values) return { text: text || (otherwise ?? '') };
  const ours = Object.hasOwn(values, text) ? values[text] : otherwise;
  if (ours !== undefined) return { text: ours };
  if (text === '') return { text: '' };
  return {
    refused: { reason: `${fieldTitle(name)}的值不在对照表中`, detail: `“${text.slice(0, 40)}”` },
  };
}

const required = ['outsideNumber', 'channel', 'content'];

/** The input of `report.submit` for a row, without what the load itself adds. */
export function inputOf(
  map: ReportMap,
  patterns: readonly RegExp[],
  cellOf: (column: string) => string,
): { input: Record<string, unknown> & { outsideNumber: string } } | { refused: RowRefusal } {
  const input: Record<string, string> = {};
  for (const name of entries) {
    const entry = map[name];
    if (!entry) continue;
    const read = readEntry(name, entry, cellOf);
    if ('refused' in read) return read;
    if (read.text !== '') input[name] = read.text;
    else if (required.includes(name)) return { refused: { reason: `缺少${fieldTitle(name)}` } };
  }
  if (Object.values(input).some((text) => text.includes('\ufffd'))) {
    return { refused: { reason: '含有无法识别的字符，请检查文件编码' } };
  }
  const time = map.claimedAt ? cellOf(map.claimedAt.column).trim() : '';
  const claimedAt = time === '' ? undefined : momentIn(time, patterns);
  if (time !== '' && !claimedAt) {
    return {
      refused: {
        reason: '原始时间的写法不在对照表中或时间不存在',
        detail: `“${time.slice(0, 40)}”`,
      },
    };
  }
  const { outsideNumber = '' } = input;
  return {
    input: { ...input, senderCode: map.sender, outsideNumber, ...(claimedAt ? { claimedAt } : {}) },
  };
}
