/**
 * Order class 工单分类: one class of the tree by which a sender (12345) sorts its orders, as the sender calls it;
 * its code is the sender and the words of all levels. Source: issue 5-5; domain reference c.5.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { text } from './fields.ts';
import { refusal } from './refused.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

/** Characters of a whole class at most. */
export const maxClassWords = 200;

/**
 * The words of a class from its levels: '城乡建设 / 市政管理 / 环境卫生'. Levels in one cell, divided as exports do,
 * are the same class as levels in several.
 */
export const classWords = (levels: readonly string[]): string =>
  levels
    .flatMap((level) => level.normalize('NFKC').split(/\s*(?:[/>|\\→»]|--+)\s*/))
    .map((level) => level.trim())
    .filter(Boolean)
    .join(' / ')
    .slice(0, maxClassWords)
    .replace(/[\s/\ud800-\udbff]+$/, '');

/** What a class is called by in the map. */
export const classCode = (senderCode: string, words: string): string => `${senderCode} ${words}`;

const level = text('分类名称', 60);
const fields = { explain: text('分类说明', 500).nullable() };

export const OrderClass = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  senderCode: z.string(),
  levels: z.array(z.string()),
  ...fields,
});
export type OrderClass = z.infer<typeof OrderClass>;

const act = actionOf<OrderClass>();

export const orderClass = noun({
  name: 'orderClass',
  plural: 'orderClasses',
  label: '工单分类',
  shape: OrderClass,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增工单分类',
      sentence: '新增工单分类 {code}',
      source: '比对目录，统一纳入平台派单（seed 000-5；issue 5-5）',
      by: ['systemAdmin'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: text('工单分类', maxClassWords + 50),
        senderCode: text('来源单位代码', 40),
        levels: z.array(level).min(1, '至少要有一级分类').max(5),
        ...fields,
        validFrom: from,
      }),
      needs: ['versions', 'sender'],
      check: (_record, input, given) => {
        if (!given.facts.sender?.isActive)
          return refusal('noSender', '来源单位未登记或已停用，请先登记');
        return input.code === classCode(input.senderCode, classWords(input.levels))
          ? versionProblem(input, given)
          : refusal('wrongCode', '工单分类须由来源单位代码和各级分类组成，请改正');
      },
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<OrderClass, Partial<OrderClass>>('orderClass', {
        input: z.object(fields).partial().shape,
        carry: ['senderCode', 'levels', 'explain'],
      }),
    ),
    retire: act(retireVersion<OrderClass>()),
  },
});
