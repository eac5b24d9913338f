/**
 * Form fields 表单字段: what a form must ask, read from an action's input schema. Kinds and titles come
 * from `domain/fields.ts`; choices get their Chinese words from the tables of the domain.
 */
import type { z } from 'zod';
import { roleLabels } from '../../domain/access.ts';
import type { AnyRow } from '../../domain/action.ts';
import { approvalKindLabels } from '../../domain/approval.ts';
import { areaLevelLabels } from '../../domain/area.ts';
import {
  callOutcomeLabels,
  invalidReasonLabels,
  satisfactionLabels,
  solvedLabels,
} from '../../domain/callbackShape.ts';
import { channelLabels, complaintLabels, urgencyLabels } from '../../domain/channel.ts';
import { responsibleByLabels } from '../../domain/dutyRule.ts';
import { fieldMeta, type FieldKind } from '../../domain/fields.ts';
import { unitKindLabels } from '../../domain/unit.ts';

export interface FieldSpec {
  name: string;
  title: string;
  kind: FieldKind | 'choice' | 'group' | 'photoChoice';
  isOptional: boolean;
  /** What stands there may be taken away: null is sent then. */
  isNullable: boolean;
  choices: { value: string; label: string }[];
  /** The fields inside, for a group. */
  inner: FieldSpec[];
}

const choiceWords: Record<string, string>[] = [
  channelLabels,
  urgencyLabels,
  complaintLabels,
  approvalKindLabels,
  solvedLabels,
  satisfactionLabels,
  callOutcomeLabels,
  invalidReasonLabels,
  unitKindLabels,
  responsibleByLabels,
  areaLevelLabels,
  roleLabels,
  { true: '属实', false: '不属实', unclear: '无法判断' },
  { longTerm: '挂账（长期）', short: '缓办（短期）' },
  { part: '部件', incident: '事件' },
  { counted: '按工作小时数', closeOfDay: '当日下班截止' },
];

const groupTitles: Record<string, string> = { hold: '挂账安排' };

/** Fields of programs, not of people. */
const hidden = new Set([
  'isDemo',
  'originNoun',
  'originId',
  'followHash',
  'deviceAt',
  'releasesNumber',
]);

interface Opened {
  schema: z.core.$ZodType;
  isOptional: boolean;
  isNullable: boolean;
}

/** The schema inside optional, nullable and default wrappers. */
function open(schema: z.core.$ZodType): Opened {
  let current = schema;
  let isOptional = false;
  let isNullable = false;
  while ('innerType' in current._zod.def) {
    isOptional = true;
    isNullable ||= current._zod.def.type === 'nullable';
    current = current._zod.def.innerType as z.core.$ZodType;
  }
  return { schema: current, isOptional, isNullable };
}

const choicesOf = (schema: z.core.$ZodType): { value: string; label: string }[] => {
  const { entries } = schema._zod.def as unknown as { entries: Record<string, string> };
  const values = Object.values(entries);
  const words = choiceWords.find((table) => values.every((value) => Object.hasOwn(table, value)));
  return values.map((value) => ({ value, label: words?.[value] ?? value }));
};

/** Schemas without a kind of their own, told by their structure. */
function kindOf(
  schema: z.core.$ZodType,
  kind: FieldKind | undefined,
): FieldSpec['kind'] | undefined {
  // Drawn and divided on pages of their own.
  if (kind === 'polygon' || kind === 'areas') return undefined;
  const type = schema._zod.def.type;
  if (type === 'enum') return 'choice';
  if (kind === 'photos' && type !== 'array') return 'photoChoice';
  if (kind) return kind;
  if (type === 'object') return 'group';
  return undefined;
}

function specsOf(shape: Record<string, z.core.$ZodType>, left: ReadonlySet<string>): FieldSpec[] {
  return Object.entries(shape).flatMap(([name, wrapped]) => {
    if (left.has(name) || hidden.has(name)) return [];
    const { schema, isOptional, isNullable } = open(wrapped);
    const meta = fieldMeta(wrapped);
    const kind = kindOf(schema, meta?.kind);
    if (!kind) return [];
    return [
      {
        name,
        title: meta?.title ?? groupTitles[name] ?? name,
        kind,
        isOptional,
        isNullable,
        choices: kind === 'choice' ? choicesOf(schema) : [],
        inner: kind === 'group' ? specsOf((schema as z.ZodObject).shape, new Set()) : [],
      },
    ];
  });
}

/**
 * The fields a person fills for an action, in the schema's order. `as`: the field that names the record
 * the action starts from, filled by the page.
 */
export function formFields(row: AnyRow, as: string | null = null): FieldSpec[] {
  return specsOf((row.input as unknown as z.ZodObject).shape, new Set(as ? [as] : []));
}

export type Values = Record<string, unknown>;

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'string' && value.trim() === '');

/** The input to send: blanks and empty optional lists left out, groups without anything left out. */
export function inputOf(specs: readonly FieldSpec[], values: Values): Values {
  const input: Values = {};
  for (const { name, kind, inner, isOptional, isNullable } of specs) {
    const value = kind === 'group' ? inputOf(inner, (values[name] ?? {}) as Values) : values[name];
    const isEmptyGroup = kind === 'group' && Object.keys(value as Values).length === 0;
    if (isNullable && value === null) {
      input[name] = null;
      continue;
    }
    // An emptied list of units is said, so that members can be taken away.
    const isEmptyList = Array.isArray(value) && value.length === 0 && kind !== 'units';
    if (isBlank(value) || (isOptional && (isEmptyGroup || isEmptyList))) continue;
    input[name] = value;
  }
  return input;
}

/** Messages by field name, from checking the input here or from the server's `details.fields`. */
export type FieldErrors = Record<string, string>;

const isChinese = (text: string): boolean => /[\u4e00-\u9fff]/.test(text);

const demand = ({ kind, title }: FieldSpec): string =>
  ['text', 'words', 'note', 'personal', 'number', 'day', 'moment', 'place'].includes(kind)
    ? `请填写${title}`
    : `请选择${title}`;

/** What is wrong with an input before it is sent; empty when nothing is. */
export function errorsOf(row: AnyRow, specs: readonly FieldSpec[], input: Values): FieldErrors {
  const parsed = row.input.safeParse(input);
  if (parsed.success) return {};
  const errors: FieldErrors = {};
  for (const { path, message } of parsed.error.issues) {
    const [first, second] = path.map(String);
    const outer = specs.find(({ name }) => name === first);
    const inside = outer?.inner.find(({ name }) => name === second);
    const spec = inside ?? outer;
    const value = inside
      ? (input[first ?? ''] as Values | undefined)?.[inside.name]
      : input[first ?? ''];
    const words = isChinese(message) ? message : `${spec?.title ?? '输入'}填写不正确，请检查`;
    errors[inside ? `${first}.${second}` : (first ?? '')] ??=
      spec && isBlank(value) ? demand(spec) : words;
  }
  return errors;
}
