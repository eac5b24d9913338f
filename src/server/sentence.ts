/**
 * Sentences of the history: an event and its row's sentence as words a person reads, names instead of ids,
 * Chinese instead of codes. Personal fields are never opened here.
 */
import { z } from 'zod';
import { roleLabels } from '../domain/access.ts';
import type { AnyRow } from '../domain/action.ts';
import type { EventView } from '../domain/views.ts';
import { approvalKindLabels } from '../domain/approval.ts';
import {
  callOutcomeLabels,
  invalidReasonLabels,
  satisfactionLabels,
  solvedLabels,
} from '../domain/callbackShape.ts';
import { channelLabels, complaintLabels, urgencyLabels } from '../domain/channel.ts';
import { responsibleByLabels } from '../domain/dutyRule.ts';
import { fieldMeta, type FieldKind } from '../domain/fields.ts';
import { clockLabels } from '../domain/issueShape.ts';
import { localDay, localTime, type Moment } from '../domain/moment.ts';
import { getNoun, getRow } from '../domain/nouns.ts';
import { pointsOf, type Polygon } from '../domain/shape.ts';
import { TimeLimit, timeLimitText } from '../domain/timeLimit.ts';
import { unitKindLabels } from '../domain/unit.ts';
import type { MasterData } from './masterData.ts';
import { actorName, areaName, personName, postName, unitName } from './queries/names.ts';
import { workKind } from '../domain/work.ts';
import type { StoredEvent } from './statement.ts';

const holdLabels = { longTerm: '挂账（长期）', short: '缓办（短期）' };

/** Chinese for the values of fields that take one of a list. */
const choices: Record<string, Record<string, string>> = {
  channel: channelLabels,
  urgency: urgencyLabels,
  role: roleLabels,
  kind: {
    ...complaintLabels,
    ...approvalKindLabels,
    ...unitKindLabels,
    ...holdLabels,
    part: '部件',
    incident: '事件',
  },
  clock: { ...clockLabels, accept: '受理', confirm: '核实', answer: '答复' },
  responsibleBy: responsibleByLabels,
  ownerKind: unitKindLabels,
  outcome: { done: '完成', released: '释放', ...callOutcomeLabels },
  solved: solvedLabels,
  satisfaction: satisfactionLabels,
  invalidReason: invalidReasonLabels,
  result: { true: '属实', false: '不属实', unclear: '无法判断' },
};

/** Fields of programs and of ids that say nothing to a reader. */
const hidden = new Set([
  'isDemo',
  'originNoun',
  'originId',
  'followHash',
  'reportId',
  'issueId',
  'intoId',
  'photoId',
]);

const momentWords = (moment: Moment): string => `${localDay(moment)} ${localTime(moment)}`;

/** A value without kind: a time limit, a list, a table of settings. */
function plainWords(value: unknown): string {
  const limit = TimeLimit.safeParse(value);
  if (limit.success) return timeLimitText(limit.data);
  if (Array.isArray(value)) return value.map(plainWords).join('、');
  if (value === null || value === undefined) return '无';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, part]) =>
      `${(urgencyLabels as Record<string, string>)[key] ?? ''} ${choices.kind?.[String(part)] ?? plainWords(part)}`.trim(),
    )
    .join('；');
}

const worksWords = (value: unknown): string =>
  (value as { code: string; quantity: number }[])
    .map(({ code, quantity }) => {
      const { name, unit } = workKind(code);
      return `${name} ${quantity}${unit}`;
    })
    .join('；');

const namesOf: Partial<
  Record<FieldKind, (master: MasterData, value: string, at: Moment) => string | null | undefined>
> = {
  unit: unitName,
  post: postName,
  person: personName,
  site: (master, id) => master.sites.get(id)?.name,
  area: areaName,
  category: (master, code, at) => master.category(code, at)?.name,
};

/** A field's value in words. */
function valueWords(
  field: string,
  kind: FieldKind | undefined,
  value: unknown,
  master: MasterData,
  at: Moment,
): string {
  const name = typeof value === 'string' && kind ? namesOf[kind]?.(master, value, at) : undefined;
  if (name) return name;
  const choice = choices[field]?.[String(value)];
  if (choice) return choice;
  if (kind === 'personal') return '（已加密）';
  if (kind === 'photos') return `${Array.isArray(value) ? value.length : 1} 张照片`;
  if (kind === 'units')
    return (value as string[]).map((id) => unitName(master, id) ?? id).join('、');
  if (kind === 'works') return worksWords(value);
  if (kind === 'polygon') return value ? `${pointsOf(value as Polygon).length} 个点` : '清除边界';
  if (kind === 'areas')
    return (value as { code: string; name: string }[])
      .map((part) => `${part.name}（${part.code}）`)
      .join('、');
  if (kind === 'weekdays')
    return (value as number[]).map((one) => `周${'一二三四五六日'[one - 1]}`).join('、');
  if (kind === 'moment') return momentWords(String(value));
  if (kind === 'place' && value) {
    const { lng, lat } = value as { lng: number; lat: number };
    return `经度 ${lng}，纬度 ${lat}`;
  }
  return plainWords(value);
}

const shapeOf = (row: AnyRow): z.core.$ZodShape =>
  row.input instanceof z.ZodObject ? row.input.shape : {};

const kindOf = (row: AnyRow, field: string): FieldKind | undefined => {
  const schema = shapeOf(row)[field];
  return schema && fieldMeta(schema)?.kind;
};

/** The row's sentence, filled from the input; what was not said leaves no dangling colon. */
export function eventSentence(event: StoredEvent, master: MasterData): string {
  const row = getRow(getNoun(event.noun), event.action);
  const filled = row.sentence.replaceAll(/\{(\w+)\}/g, (_all, field: string) => {
    const value = event.input[field];
    return value === undefined || value === null
      ? ''
      : valueWords(field, kindOf(row, field), value, master, event.at);
  });
  return filled.replace(/[：，\s]+$/u, '') || row.label;
}

/** What was said besides: titles and values of the input fields that the sentence does not name. */
function eventDetails(event: StoredEvent, row: AnyRow, master: MasterData): EventView['details'] {
  return Object.entries(shapeOf(row)).flatMap(([field, schema]) => {
    const value = event.input[field];
    const isSaid = row.sentence.includes(`{${field}}`);
    if (value === undefined || value === null || isSaid || hidden.has(field)) return [];
    const meta = fieldMeta(schema);
    const title = meta?.title ?? { hold: '挂账安排', value: '值' }[field];
    if (!title || (Array.isArray(value) && value.length === 0)) return [];
    return [{ title, value: valueWords(field, meta?.kind, value, master, event.at) }];
  });
}

/** An event as the history shows it. */
export function eventView(
  event: StoredEvent,
  sealNumber: number | null,
  master: MasterData,
): EventView {
  const row = getRow(getNoun(event.noun), event.action);
  return {
    id: event.id,
    at: event.at,
    noun: event.noun,
    recordId: event.recordId,
    action: event.action,
    label: row.label,
    sentence: eventSentence(event, master),
    actorName: actorName(master, event.actor),
    actorRole: event.actor.role,
    unitName: unitName(master, event.actor.unitId),
    details: eventDetails(event, row, master),
    source: row.source,
    sealNumber,
    isSimulated: event.performedAt !== undefined,
  };
}
