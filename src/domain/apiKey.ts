/**
 * ApiKey 接口密钥: what an outside system (Sender) shows when it calls the program. The key itself is made where
 * it is shown, once; the program knows only its SHA-256. Its rights, its area and how often it may call are
 * columns, so that every door asks the same question. Source: issue 5-2, 5-3, 5-14; trust V11.5.1, V13.2.2.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import type { CheckGiven } from './action.ts';
import { area, number, text } from './fields.ts';
import { Moment, addMinutes } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

export const ApiRight = z.enum(['open311.read', 'open311.post', 'intake.post', 'reports.read']);
export type ApiRight = z.infer<typeof ApiRight>;

export const apiRightLabels: Record<ApiRight, string> = {
  'open311.read': '查询本单位的 Open311 上报详情',
  'open311.post': '经 Open311 上报',
  'intake.post': '经签名接口批量上报',
  'reports.read': '读取上报数据',
};

export const ApiKey = z.object({
  ...keptFields(['active', 'retired']),
  senderCode: z.string(),
  name: z.string(),
  rights: z.array(ApiRight),
  perMinute: z.number().int(),
  /** Whose matters the key reaches: the area and all below it; null is the whole district. */
  areaCode: z.string().nullable(),
  hash: z.string(),
  /** The key before the last exchange, good until `previousEndsAt`. */
  previousHash: z.string().nullable(),
  previousEndsAt: Moment.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '密钥的摘要应为 64 位小写十六进制的 SHA-256，请在页面上生成密钥');

const shape = {
  name: text('用途', 60),
  rights: z
    .array(ApiRight)
    .min(1, '请至少选择一项权限')
    .max(ApiRight.options.length)
    .refine((list) => new Set(list).size === list.length, '同一项权限只需选一次'),
  perMinute: number('每分钟最多次数', 1, 600_000),
};

/** The longest time, in hours, for which an exchanged key goes on being good: 30 days. */
export const longestOverlap = 720;

const areaProblem = (
  areaCode: string | null | undefined,
  { facts }: Pick<CheckGiven<'area'>, 'facts'>,
): Refusal | undefined =>
  areaCode && !facts.area?.isActive
    ? refusal('noArea', '所属区域不存在或已停用，请重新选择')
    : undefined;

/** Is it this key's word, now? `digest`: SHA-256 in hex of what was shown. */
export const isKeyOf = (
  { status, hash: own, previousHash, previousEndsAt }: ApiKey,
  digest: string,
  now: Moment,
): boolean =>
  status === 'active' &&
  (digest === own || (digest === previousHash && previousEndsAt !== null && now < previousEndsAt));

const act = actionOf<ApiKey>();

export const apiKey = noun({
  name: 'apiKey',
  plural: 'apiKeys',
  label: '接口密钥',
  shape: ApiKey,
  seen: { open: true },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '发放密钥',
      sentence: '发放接口密钥“{name}”',
      source: '外部系统按来源授权、限量，最小权限（issue 5-2、5-3；trust V13.2.2）',
      by: ['securityAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        senderCode: text('来源单位代码', 40),
        ...shape,
        areaCode: area('限于区域').optional(),
        hash,
      }),
      needs: ['sender', 'area'],
      check: (_record, input, given) =>
        given.facts.sender?.isActive
          ? areaProblem(input.areaCode, given)
          : refusal('noSender', '来源单位未登记或已停用，请先登记'),
      changes: (_record, { areaCode = null, ...rest }) => ({
        ...rest,
        areaCode,
        previousHash: null,
        previousEndsAt: null,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改接口密钥的用途、权限或限量',
      source: '权限可改，历史留痕（issue 5-3；architecture 6）',
      by: ['securityAdmin'],
      from: ['active'],
      input: z.strictObject({ ...shape, areaCode: area('限于区域').nullable() }).partial(),
      needs: ['area'],
      check: (_record, input, given) => areaProblem(input.areaCode, given),
      changes: (_record, input) => input,
    }),
    rotate: act({
      label: '换发',
      sentence: '换发接口密钥，原密钥再用 {overlapHours} 小时',
      source: '密钥定期更换，新旧重叠以免中断（issue 5-2 rotating secrets、5-3）',
      by: ['securityAdmin'],
      from: ['active'],
      input: z.strictObject({
        hash,
        overlapHours: number('原密钥继续有效的小时数', 0, longestOverlap),
      }),
      check: (record, input) =>
        input.hash === record.hash || input.hash === record.previousHash
          ? refusal('sameKey', '新密钥不能与原密钥相同，请重新生成')
          : undefined,
      changes: (record, input, { now }) => ({
        hash: input.hash,
        previousHash: record.hash,
        previousEndsAt: addMinutes(now, input.overlapHours * 60),
      }),
    }),
    retire: act({
      ...retire<ApiKey>(['securityAdmin']),
      sentence: '停用接口密钥，不能恢复',
    }),
  },
});
