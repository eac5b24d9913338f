/**
 * ClassifierVersion 识别模型: one training of the district's classifier: when, on how many texts, how right it was
 * on decisions held back from it, and whether it is the one in use. Its bytes are in a table of their own.
 * Source: issue 5-6 (versioned, compared with the last on held-back decisions before it is used).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { note } from './fields.ts';
import { Moment } from './moment.ts';
import { refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);

/** How a version judged what it had not learned from. */
export const ClassifierFigures = z.strictObject({
  /** What it was judged on: decisions of officers, or, before there are enough, the standard's own words. */
  judgedOn: z.enum(['decided', 'standard']),
  judgedCount: count,
  accuracy: share,
  /** Judgments below this confidence are abstentions. */
  threshold: z.number(),
  /** Of all judged: the share not left to somebody, and how much of that is right. */
  covered: share,
  coveredAccuracy: share,
  /** Decisions no version ever learns from; the one then in use was judged on the same. */
  heldBackCount: count,
  heldBackAccuracy: share.nullable(),
  inUseAccuracy: share.nullable(),
  coverage: z.array(z.strictObject({ threshold: share, coverage: share, accuracy: share })).max(20),
  byCategory: z
    .array(z.strictObject({ label: z.string().max(20), count, precision: share, recall: share }))
    .max(300),
  /** The worst pairs: what it is, what it was taken for, how often. */
  confused: z
    .array(z.strictObject({ label: z.string().max(20), predicted: z.string().max(20), count }))
    .max(50),
});
export type ClassifierFigures = z.infer<typeof ClassifierFigures>;

export const ClassifierVersion = z.object({
  ...keptFields(['waiting', 'draft', 'inUse', 'retired', 'failed']),
  askedAt: Moment,
  trainedAt: Moment.nullable(),
  usedAt: Moment.nullable(),
  /** Texts it learned from, and those of them that officers decided. */
  textCount: z.number().int(),
  decidedCount: z.number().int(),
  figures: ClassifierFigures.nullable(),
  /** Why it is in use, or is not. */
  verdict: z.string().nullable(),
});
export type ClassifierVersion = z.infer<typeof ClassifierVersion>;

const act = actionOf<ClassifierVersion>();

export const classifierVersion = noun({
  name: 'classifierVersion',
  plural: 'classifierVersions',
  label: '识别模型',
  shape: ClassifierVersion,
  seen: { open: true },
  statuses: {
    waiting: '训练中',
    draft: '未启用',
    inUse: '在用',
    retired: '已停用',
    failed: '训练未成',
  },
  finals: ['failed', 'retired'],
  actions: {
    ask: act({
      label: '立即训练',
      sentence: '训练识别模型',
      source: '新立案件足够时夜间重新训练，也可随时训练（issue 5-6）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'waiting',
      input: z.strictObject({}),
      needs: ['classifiers'],
      check: (_record, _input, { facts }) =>
        facts.classifiers.some(({ status }) => status === 'waiting')
          ? refusal('waiting', '已有一次训练正在进行，请等它完成')
          : undefined,
      changes: (_record, _input, { now }) => ({
        askedAt: now,
        trainedAt: null,
        usedAt: null,
        textCount: 0,
        decidedCount: 0,
        figures: null,
        verdict: null,
      }),
    }),
    finish: act({
      label: '训练完成',
      sentence: '识别模型训练完成，学习 {textCount} 条文字',
      source: '每个版本记下学了多少、对留出的决定判得怎样（issue 5-6）',
      by: ['system'],
      from: ['waiting'],
      to: 'draft',
      input: z.strictObject({
        textCount: count,
        decidedCount: count,
        figures: ClassifierFigures,
        verdict: z.string().max(200),
      }),
      changes: (_record, input, { now }) => ({ ...input, trainedAt: now }),
    }),
    fail: act({
      label: '训练未成',
      sentence: '识别模型训练未成：{verdict}',
      source: '没有可学的文字时说明原因（issue 5-6）',
      by: ['system'],
      from: ['waiting'],
      to: 'failed',
      input: z.strictObject({ verdict: z.string().max(200) }),
      changes: (_record, input) => input,
    }),
    use: act({
      label: '启用',
      sentence: '启用识别模型：{note}',
      source: '与在用版本在留出的决定上比较后启用，理由留痕（issue 5-6）',
      by: ['systemAdmin', 'system'],
      from: ['draft', 'retired'],
      to: 'inUse',
      input: z.strictObject({ note: note('理由') }),
      needs: ['classifiers'],
      changes: (_record, input, { now }) => ({ verdict: input.note, usedAt: now }),
      also: (record, _input, { facts }) =>
        facts.classifiers
          .filter(({ id, status }) => status === 'inUse' && id !== record.id)
          .map(({ id }) => ({ noun: 'classifierVersion', id, action: 'retire', input: {} })),
    }),
    /** Also when another one comes into use; without any, the desk sees no suggestions of categories. */
    retire: act({
      label: '停用',
      sentence: '停用识别模型',
      source: '同一时间只用一个版本（issue 5-6）',
      by: ['systemAdmin', 'system'],
      from: ['inUse'],
      to: 'retired',
      input: z.strictObject({}),
      changes: () => ({}),
    }),
  },
});
