/**
 * Versioned 版本: what all master data share. A row is one version of a code, in force from `validFrom`
 * until `validTo`; `edit` ends it and begins the next one, so that nothing judged is ever rewritten.
 * Plain nouns (units, people) use the simpler `active`/`retired` pair. Source: architecture, part 9.
 */
import { z } from 'zod';
import type { CheckGiven, Kept, Row } from './action.ts';
import type { Role } from './access.ts';
import { moment } from './fields.ts';
import { Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';

/** The columns of every noun. */
export const keptFields = <const S extends readonly [string, ...string[]]>(statuses: S) => ({
  id: z.uuid(),
  district: z.string().regex(/^\d{6}$/),
  version: z.number().int(),
  status: z.enum(statuses),
});

export const versionFields = {
  code: z.string(),
  validFrom: Moment,
  validTo: Moment.nullable(),
};

/** When a new version begins; left out: at once. */
export const from = moment('生效时间').optional();

export const versionStatuses = { active: '有效', retired: '停用' };

/**
 * Why a version may not be added: it would begin in the past, or beside another of the same code that is
 * in force then or later. Base rows that the program itself brings may begin in the past.
 */
export const versionProblem = (
  { validFrom }: { validFrom?: string | undefined },
  { facts, now, actor }: CheckGiven<'versions'>,
): Refusal | undefined => {
  const begin = validFrom ?? now;
  if (begin < now && actor.role !== 'system')
    return refusal('tooEarly', '生效时间不能早于现在，请改正');
  return facts.versions.some(({ validTo }) => validTo === null || validTo > begin)
    ? refusal('versionExists', '这个代码已有生效中或将要生效的版本，请在那一版上修订')
    : undefined;
};

interface Versioned extends Kept {
  status: 'active' | 'retired';
  code: string;
  validFrom: string;
  validTo: string | null;
}

/** Why a version may no longer be changed: the next one has been made. */
export const superseded = (record: Versioned): Refusal | undefined =>
  record.validTo === null
    ? undefined
    : refusal('superseded', '这一版已被新版本取代，请在最新版本上修改');

/**
 * The `edit` row of a versioned noun: ends this version and adds the next with the same code.
 * `input`: the fields that may change; `carry`: the fields that stay unless the input names them.
 */
export function editVersion<N extends Versioned, I extends object>(
  nounName: string,
  parts: {
    input: z.ZodRawShape;
    carry: readonly (keyof N & string)[];
    by?: readonly Role[];
    check?: (record: N, input: I) => Refusal | undefined;
    /** Fields of the next version that follow from what was changed. */
    derive?: (record: N, input: I) => Partial<N>;
  },
): Row<N, I & { validFrom?: string }> {
  return {
    label: '修订',
    sentence: '修订为新版本',
    source: '修订只生成新版本，已判定的按原版本（architecture 9）',
    by: parts.by ?? ['systemAdmin'],
    from: ['active'],
    input: z.strictObject({ ...parts.input, validFrom: from }) as unknown as z.ZodType<
      I & { validFrom?: string }
    >,
    refuse: superseded,
    check: (record, input, { now }) =>
      (input.validFrom ?? now) < now || (input.validFrom ?? now) <= record.validFrom
        ? refusal('tooEarly', '新版本须从现在或以后生效，且晚于上一版')
        : parts.check?.(record, input),
    changes: (_record, { validFrom }, { now }) => ({ validTo: validFrom ?? now }) as Partial<N>,
    also: (record, input, { now, childId }) => [
      {
        noun: nounName,
        id: childId(0),
        action: 'add',
        input: {
          code: record.code,
          ...Object.fromEntries(parts.carry.map((field) => [field, record[field]])),
          ...input,
          ...parts.derive?.(record, input),
          validFrom: input.validFrom ?? now,
        },
      },
    ],
  };
}

/** The `retire` row of a versioned noun: it ends, and no new version follows. */
export function retireVersion<N extends Versioned>(
  by: readonly Role[] = ['systemAdmin'],
): Row<N, { validTo?: string }> {
  return {
    label: '停用',
    sentence: '停用',
    source: '主数据停用不删除（architecture 6、9）',
    by,
    from: ['active'],
    to: 'retired',
    input: z.strictObject({ validTo: moment('停用时间').optional() }),
    refuse: superseded,
    check: (_record, { validTo }, { now }) =>
      validTo !== undefined && validTo < now
        ? refusal('tooEarly', '停用时间不能早于现在，请改正')
        : undefined,
    changes: (_record, { validTo }, { now }) => ({ validTo: validTo ?? now }) as Partial<N>,
  };
}

/** The `retire` row of a plain noun. */
export function retire<N extends Kept & { status: 'active' | 'retired' }>(
  by: readonly Role[],
): Row<N, Record<string, never>> {
  return {
    label: '停用',
    sentence: '停用',
    source: '主数据停用不删除（architecture 6）',
    by,
    from: ['active'],
    to: 'retired',
    input: z.strictObject({}) as unknown as z.ZodType<Record<string, never>>,
    changes: () => ({}),
  };
}

/** The `restore` row of a plain noun: a record that was retired is taken into use again. */
export function restore<N extends Kept & { status: 'active' | 'retired' }>(
  by: readonly Role[],
): Row<N, Record<string, never>> {
  return {
    label: '恢复',
    sentence: '恢复使用',
    source: '停用可以撤销，历史留痕（architecture 6；issue 4-6）',
    by,
    from: ['retired'],
    to: 'active',
    input: z.strictObject({}) as unknown as z.ZodType<Record<string, never>>,
    changes: () => ({}),
  };
}
