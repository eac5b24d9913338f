/**
 * Order row 工单行: one row of a hotline's file as the input of `report.submit`, or why not; and the digests by
 * which a later file shows what changed. Source: issue 5-1.
 */
import type { CallbackAnswer } from '../../domain/callbackAnswer.ts';
import type { Channel } from '../../domain/channel.ts';
import {
  channelOf,
  choiceOf,
  orderFieldLabels,
  type OrderChoice,
  type OrderField,
  type OrderMap,
} from '../../domain/orderMap.ts';
import { maskPersonal } from '../../domain/mask.ts';
import type { Moment } from '../../domain/moment.ts';
import { classCode, classWords } from '../../domain/orderClass.ts';
import { report } from '../../domain/report.ts';
import { fieldTitle, type RowRefusal } from '../adapters/reportMap.ts';
import { classLinks } from '../indicators/catalog.ts';
import type { MasterData } from '../masterData.ts';
import type { SecretBox } from '../secrets.ts';
import { isApproximate, saidIn, type Profile, type RawRow } from '../sheets/listFile.ts';
import { dateOrderOf, orderMoment } from './orderTime.ts';

/** The city's own call-back of an order. */
export type OrderVisit = Pick<CallbackAnswer, 'isContacted' | 'solved' | 'satisfaction'>;

export type OrderInput = Record<string, unknown> & { outsideNumber: string; content: string };

export interface OrderReader {
  /** `visit`: what the city's own call-back found, where all three answers stand in the row. */
  read(row: RawRow): { input: OrderInput; visit?: OrderVisit } | { refused: RowRefusal };
  /** The words of the translated columns, with how often they were met. */
  found: Partial<Record<OrderChoice, Record<string, number>>>;
}

export interface Reading {
  map: OrderMap;
  head: readonly string[];
  profile: Profile;
  isHistoric: boolean;
  sender: { code: string; channel: Channel };
  master: MasterData;
  now: Moment;
}

const maxFound = 60;

/** Areas in use by code and by name; a name that several have names none. */
export function areasOf(master: MasterData): Map<string, string> {
  const names = new Map<string, string | null>();
  const inUse = [...master.areas.values()].filter(({ status }) => status === 'active');
  for (const { code, name } of inUse) names.set(name, names.has(name) ? null : code);
  const found = new Map(inUse.map(({ code }) => [code, code]));
  for (const [name, code] of names) if (code !== null) found.set(name, code);
  return found;
}

/** Categories in force by code and by name. */
export function categoriesOf(master: MasterData, now: Moment): Map<string, string> {
  const found = new Map<string, string>();
  for (const { code, name } of master.categoriesAt(now)) found.set(name, code).set(code, code);
  return found;
}

/** What the reviewed map says of the sender's classes; a 小类 no longer in force says nothing. */
function categoriesByClass(master: MasterData, now: Moment): Map<string, string> {
  const found = new Map<string, string>();
  for (const [code, { categoryCode }] of classLinks(master, now))
    if (categoryCode !== null && master.category(categoryCode, now)) found.set(code, categoryCode);
  return found;
}

const refusedFor = (reason: string, detail?: string): { refused: RowRefusal } => ({
  refused: {
    reason,
    ...(detail === undefined ? {} : { detail: `“${maskPersonal(detail).slice(0, 40)}”` }),
  },
});

/** All three answers of a call-back; undefined when one is missing: it could count in no rate rightly. */
const visitOf = (contacted?: string, solved?: string, satisfaction?: string) =>
  contacted && solved && satisfaction
    ? ({ isContacted: contacted === 'yes', solved, satisfaction } as OrderVisit)
    : undefined;

/** A reader for the rows of one file. What it says of them stands in the open: no phone, no identity number. */
export function readerOf(reading: Reading): OrderReader {
  const { map, head, profile, sender, master, now, isHistoric } = reading;
  const places = new Map(head.map((name, at) => [name, at]));
  const columns = Object.fromEntries(
    Object.entries(map.columns).map(([field, names]) => [
      field,
      names.map((name) => places.get(name) ?? -1),
    ]),
  ) as Partial<Record<OrderField, number[]>>;
  const areas = areasOf(master);
  const categories = categoriesOf(master, now);
  const byClass = categoriesByClass(master, now);
  const timeColumn = map.columns.claimedAt?.[0] ?? '';
  const dateOrder = dateOrderOf(profile.dates[timeColumn] ?? {}, map.dateOrder);
  const numberColumn = map.columns.outsideNumber?.[0] ?? '';
  const found: OrderReader['found'] = {};

  const partsOf = (cells: readonly string[], field: OrderField): string[] =>
    (columns[field] ?? []).map((at) => saidIn(cells[at])).filter((part) => part !== '');
  const one = (cells: readonly string[], field: OrderField): string =>
    partsOf(cells, field).join(' / ');

  const choice = (
    cells: readonly string[],
    field: OrderChoice,
  ): { value: string | undefined } | { refused: RowRefusal } => {
    const at = columns[field]?.[0];
    const word = at === undefined ? '' : maskPersonal((cells[at] ?? '').trim()).slice(0, 40);
    const key = choiceOf(map, field, word) === undefined ? saidIn(word) : word;
    if (key === '') return { value: undefined };
    const counts = (found[field] ??= {});
    if (counts[key] !== undefined || Object.keys(counts).length < maxFound)
      counts[key] = (counts[key] ?? 0) + 1;
    const value = choiceOf(map, field, key);
    if (value === undefined)
      return refusedFor(`${orderFieldLabels[field]}的这个词还没有对照，请在列对照里选择`, key);
    return { value: value === '' ? undefined : value };
  };

  const contentOf = (cells: readonly string[], topic: string): string => {
    const said = partsOf(cells, 'content').join('\n');
    const title = one(cells, 'title');
    const lines = [...(title && !said.includes(title) ? [title] : []), ...(said ? [said] : [])];
    if (lines.length === 0) return '';
    if (topic) lines.push(`${orderFieldLabels.topic}：${topic}`);
    for (const field of ['unit', 'limit'] as const) {
      const words = one(cells, field);
      if (words) lines.push(`${orderFieldLabels[field]}：${words}`);
    }
    return lines.join('\n');
  };

  const read = ({ cells, problem }: RawRow): ReturnType<OrderReader['read']> => {
    if (problem) return { refused: { reason: problem } };
    const number = one(cells, 'outsideNumber');
    if (number === '') return refusedFor('缺少工单号');
    if (isApproximate(number, numberColumn, profile))
      return refusedFor(
        '工单号已被表格软件改成近似数，后几位丢失，请从热线系统重新导出，并把这一列设为文本',
        number,
      );
    const kind = choice(cells, 'kind');
    if ('refused' in kind) return kind;
    const urgency = choice(cells, 'urgency');
    if ('refused' in urgency) return urgency;
    const secrecy = choice(cells, 'isConfidential');
    if ('refused' in secrecy) return secrecy;
    const contacted = choice(cells, 'isContacted');
    if ('refused' in contacted) return contacted;
    const solved = choice(cells, 'solved');
    if ('refused' in solved) return solved;
    const satisfaction = choice(cells, 'satisfaction');
    if ('refused' in satisfaction) return satisfaction;
    const visit = visitOf(contacted.value, solved.value, satisfaction.value);
    const time = one(cells, 'claimedAt');
    const claimed = time === '' ? undefined : orderMoment(time, dateOrder);
    if (claimed && 'problem' in claimed) return refusedFor(claimed.problem, time);
    const areaWords = one(cells, 'area');
    const areaCode = areas.get(areaWords);
    const topics = partsOf(cells, 'topic');
    const outsideClass = classWords(topics);
    const named = topics
      .map((topic) => categories.get(topic))
      .findLast((code) => code !== undefined);
    // What the map says is no part of the words: they must not change when it does.
    const content = contentOf(cells, named ? '' : topics.join(' / '));
    const categoryCode = named ?? byClass.get(classCode(sender.code, outsideClass));
    if (content === '') return refusedFor('缺少内容');
    const address = one(cells, 'address');
    const place = areaCode || address.includes(areaWords) ? address : `${areaWords} ${address}`;
    const name = one(cells, 'complainantName');
    const phone = one(cells, 'complainantPhone');
    const input: Record<string, unknown> = {
      senderCode: sender.code,
      outsideNumber: number,
      channel: channelOf(one(cells, 'channel'), sender.channel),
      content,
    };
    if (kind.value) input.kind = kind.value;
    if (urgency.value) input.urgency = urgency.value;
    if (secrecy.value) input.isConfidential = secrecy.value === 'yes';
    if (claimed) input.claimedAt = claimed.moment;
    if (areaCode) input.areaCode = areaCode;
    if (outsideClass) input.outsideClass = outsideClass;
    if (categoryCode) input.categoryCode = categoryCode;
    if (place.trim()) input.address = place.trim();
    if (name) input.complainantName = name;
    if (phone) input.complainantPhone = phone;
    if (isHistoric) input.isHistoric = true;
    if (JSON.stringify(input).includes('\ufffd'))
      return refusedFor('含有无法识别的字符，请检查文件编码');
    const parsed = report.actions.submit.input.safeParse(input);
    if (!parsed.success) {
      const [first] = parsed.error.issues;
      const field = first?.path.map(String).join('.') ?? '';
      return refusedFor(`${fieldTitle(field)}：${first?.message ?? ''}`);
    }
    if (isHistoric && (!claimed || claimed.moment > now))
      return refusedFor('历史数据须有已经过去的来电时间');
    return { input: parsed.data as unknown as OrderInput, ...(visit ? { visit } : {}) };
  };
  return { read, found };
}

/** What a later file may change in a report. */
export const amendable = [
  'content',
  'address',
  'areaCode',
  'kind',
  'urgency',
  'complainantName',
  'complainantPhone',
  'isConfidential',
] as const;

export type Digests = Partial<Record<string, string>>;

/** Keyed digests of what is said in a row; a phone number cannot be guessed from one. */
export function digestsOf(box: SecretBox, input: OrderInput): Digests {
  const said: Digests = {};
  for (const field of amendable) {
    const value = input[field];
    if (value === undefined) continue;
    said[field] = box
      .digest(`order ${field} ${String(value as string | boolean)}`)
      .toString('base64url')
      .slice(0, 16);
  }
  return said;
}

/** The fields said otherwise than before. What a file no longer says is left as it is. */
export const changedFields = (before: Digests, now: Digests): string[] =>
  Object.keys(now).filter((field) => before[field] !== now[field]);
