/**
 * Catalog link 目录对应: one line of the map between catalogs: a class of a sender's orders is a 小类 (or none of
 * ours), an indicator is looked after by a 小类. Proposed by one person, reviewed by another, in force from a
 * moment; a class has one 小类 at a time, an indicator any number. Source: issue 5-5; seed 000-5 (比对目录).
 */
import { z } from 'zod';
import type { Role } from './access.ts';
import { actionOf, noun } from './action.ts';
import { categoryCode, moment, note, text } from './fields.ts';
import { Moment } from './moment.ts';
import { maxClassWords } from './orderClass.ts';
import { refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

/** What is linked to a 小类: the code of an order class, or of an indicator. */
export const LinkKind = z.enum(['class', 'indicator']);
export type LinkKind = z.infer<typeof LinkKind>;
export const linkKindLabels: Record<LinkKind, string> = {
  class: '工单分类',
  indicator: '测评指标',
};

/** Why it was proposed: alike words, what was decided before, the source of the indicator, or by hand. */
export const LinkBasis = z.enum(['likeness', 'decisions', 'standard', 'hand']);
export type LinkBasis = z.infer<typeof LinkBasis>;
export const linkBasisLabels: Record<LinkBasis, string> = {
  likeness: '文字相似',
  decisions: '以往立案',
  standard: '指标出处',
  hand: '人工选择',
};

export const CatalogLink = z.object({
  ...keptFields(['proposed', 'active', 'declined', 'retired']),
  kind: LinkKind,
  fromCode: z.string(),
  /** Null: of a class that is none of ours (不属于网格小类). */
  categoryCode: z.string().nullable(),
  basis: LinkBasis,
  reason: z.string().nullable(),
  proposedBy: z.uuid(),
  proposedAt: Moment,
  reviewedBy: z.uuid().nullable(),
  reviewedAt: Moment.nullable(),
  validFrom: Moment.nullable(),
  validTo: Moment.nullable(),
});
export type CatalogLink = z.infer<typeof CatalogLink>;

/** Is it in force at a moment? */
export const isLinkInForce = (
  { validFrom, validTo }: Pick<CatalogLink, 'validFrom' | 'validTo'>,
  at: Moment,
): boolean => validFrom !== null && validFrom <= at && (validTo === null || validTo > at);

const officers: Role[] = ['systemAdmin', 'supervisor'];
const act = actionOf<CatalogLink>();

const secondPerson = (record: CatalogLink, personId: string) =>
  record.proposedBy === personId
    ? refusal('ownProposal', '自己提出的对应须由另一人复核')
    : undefined;

export const catalogLink = noun({
  name: 'catalogLink',
  plural: 'catalogLinks',
  label: '目录对应',
  shape: CatalogLink,
  seen: { open: true },
  statuses: { proposed: '待复核', active: '已复核', declined: '不采纳', retired: '已停用' },
  finals: ['declined', 'retired'],
  actions: {
    propose: act({
      label: '提出对应',
      sentence: '提出目录对应 {fromCode}',
      source: '比对目录，创城指标、12345 分类、网格小类对应（seed 000-5；issue 5-5）',
      by: officers,
      from: 'new',
      to: 'proposed',
      input: z.strictObject({
        kind: LinkKind,
        fromCode: text('工单分类或指标编号', maxClassWords + 50),
        categoryCode: categoryCode('小类').nullable(),
        basis: LinkBasis,
        reason: text('理由', 200).optional(),
      }),
      needs: ['category', 'indicator', 'catalogLinks'],
      check: (_record, input, { facts, now }) => {
        if (input.categoryCode !== null && !facts.category)
          return refusal('noCategory', '类别不存在或已停用，请重新选择');
        if (input.kind === 'indicator' && !facts.indicator)
          return refusal('noIndicator', '指标不存在或已停用，请重新选择');
        if (input.kind === 'indicator' && input.categoryCode === null)
          return refusal('noCategory', '测评指标须对应到小类，请选择类别');
        const same = facts.catalogLinks.filter((link) => link.categoryCode === input.categoryCode);
        if (same.some(({ status }) => status === 'proposed'))
          return refusal('proposed', '这个对应已有人提出，请等待复核');
        return same.some(({ validTo }) => validTo === null || validTo > now)
          ? refusal('linked', '这个对应已在用，无需再提')
          : undefined;
      },
      changes: (_record, { reason, ...rest }, { actor, now }) => ({
        ...rest,
        reason: reason ?? null,
        proposedBy: actor.personId,
        proposedAt: now,
        reviewedBy: null,
        reviewedAt: null,
        validFrom: null,
        validTo: null,
      }),
    }),
    review: act({
      label: '复核通过',
      sentence: '复核目录对应，通过',
      source: '对应由第二人复核后生效，按版本保留（issue 5-5；architecture 9）',
      by: officers,
      from: ['proposed'],
      to: 'active',
      input: z.strictObject({
        validFrom: moment('生效时间').optional(),
        note: note('复核意见').optional(),
      }),
      needs: ['catalogLinks'],
      refuse: (record, { actor }) => secondPerson(record, actor.personId),
      check: (record, { validFrom }, { facts, now }) => {
        const begin = validFrom ?? now;
        if (begin < now) return refusal('tooEarly', '生效时间不能早于现在，请改正');
        const isLater = facts.catalogLinks.some(
          (link) => record.kind === 'class' && link.validFrom !== null && link.validFrom >= begin,
        );
        return isLater
          ? refusal('versionExists', '这个分类已有同时或更晚生效的对应，请先停用那一条')
          : undefined;
      },
      changes: (_record, { validFrom }, { actor, now }) => ({
        reviewedBy: actor.personId,
        reviewedAt: now,
        validFrom: validFrom ?? now,
      }),
      also: (record, { validFrom }, { now, facts }) =>
        facts.catalogLinks
          .filter(
            (link) =>
              record.kind === 'class' &&
              link.id !== record.id &&
              link.status === 'active' &&
              link.validTo === null,
          )
          .map(({ id }) => ({
            noun: 'catalogLink',
            id,
            action: 'end',
            input: { validTo: validFrom ?? now },
          })),
    }),
    decline: act({
      label: '不采纳',
      sentence: '不采纳目录对应：{note}',
      source: '复核不通过或提出人收回，均留原因（issue 5-5）',
      by: officers,
      from: ['proposed'],
      to: 'declined',
      input: z.strictObject({ note: note('原因') }),
      changes: (_record, _input, { actor, now }) => ({
        reviewedBy: actor.personId,
        reviewedAt: now,
      }),
    }),
    /** Inner half of reviewing: another link of the same class takes its place. */
    end: act({
      label: '由新对应代替',
      sentence: '由新的目录对应代替',
      source: '一个工单分类同一时间只对应一个小类（issue 5-5）',
      by: officers,
      isInner: true,
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ validTo: Moment }),
      changes: (_record, { validTo }) => ({ validTo }),
    }),
    retire: act({
      label: '停用',
      sentence: '停用目录对应：{note}',
      source: '主数据停用不删除（architecture 6、9）',
      by: officers,
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ note: note('停用原因') }),
      changes: (record, _input, { now }) => ({
        validTo: record.validFrom !== null && record.validFrom > now ? record.validFrom : now,
      }),
    }),
  },
});
