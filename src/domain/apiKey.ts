/**
 * ApiKey 接口密钥: what an outside system (Sender) shows when it calls the program. The key itself is made where
 * it is shown, once; the program knows only its SHA-256. Its rights, its area and how often it may call are
 * columns, so that every door asks the same question. A key of the signed intake is never shown but signs each
 * message; the program must know it, and keeps it as personal data are. Source: issue 5-2, 5-3, 5-14; trust
 * V11.5.1, V13.2.2.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import type { CheckGiven } from './action.ts';
import { area, number, text } from './fields.ts';
import { Moment, addMinutes } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { signingSecret } from './signingSecret.ts';
import { keptFields, retire } from './versioned.ts';

export const ApiRight = z.enum([
  'open311.read',
  'open311.post',
  'intake.post',
  'intake.state',
  'reports.read',
]);
export type ApiRight = z.infer<typeof ApiRight>;

export const apiRightLabels: Record<ApiRight, string> = {
  'open311.read': '查询本单位的 Open311 上报详情',
  'open311.post': '经 Open311 上报',
  'intake.post': '经签名接口批量上报',
  'intake.state': '经签名接口回传处置状态',
  'reports.read': '读取上报数据',
};

const signedRights: readonly ApiRight[] = ['intake.post', 'intake.state'];

/** Is it a key that signs, rather than one that is shown? Undefined: the rights do not go together. */
export function isSigning(rights: readonly ApiRight[]): boolean | undefined {
  const signed = rights.filter((right) => signedRights.includes(right)).length;
  return signed === 0 ? false : signed === rights.length ? true : undefined;
}

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
  /** Of a key that signs: the key itself and the one before it, as secrets. */
  secretId: z.uuid().nullable(),
  previousSecretId: z.uuid().nullable(),
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

/** Rights that sign want a secret, the others none, and both never go together. */
const rightsProblem = (rights: readonly ApiRight[], hasSecret: boolean): Refusal | undefined => {
  const signs = isSigning(rights);
  if (signs === undefined)
    return refusal('mixedRights', '签名接口的权限须用单独的密钥，请分别发放两把密钥');
  if (signs === hasSecret) return undefined;
  return signs
    ? refusal('noSecret', '签名接口须有签名密钥，请在“接口密钥”页面发放新的密钥')
    : refusal('needlessSecret', '这些权限不用签名密钥，请在“接口密钥”页面发放新的密钥');
};

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
  defaults: { secretId: null, previousSecretId: null },
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
        secret: signingSecret.optional(),
      }),
      needs: ['sender', 'area'],
      check: (_record, input, given) =>
        given.facts.sender?.isActive
          ? (rightsProblem(input.rights, input.secret !== undefined) ??
            areaProblem(input.areaCode, given))
          : refusal('noSender', '来源单位未登记或已停用，请先登记'),
      changes: (_record, { areaCode = null, secret = null, ...rest }) => ({
        ...rest,
        areaCode,
        previousHash: null,
        previousEndsAt: null,
        secretId: secret,
        previousSecretId: null,
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
      check: (record, input, given) =>
        rightsProblem(input.rights ?? record.rights, record.secretId !== null) ??
        areaProblem(input.areaCode, given),
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
        secret: signingSecret.optional(),
        overlapHours: number('原密钥继续有效的小时数', 0, longestOverlap),
      }),
      check: (record, input) =>
        input.hash === record.hash || input.hash === record.previousHash
          ? refusal('sameKey', '新密钥不能与原密钥相同，请重新生成')
          : rightsProblem(record.rights, input.secret !== undefined),
      changes: (record, input, { now }) => ({
        hash: input.hash,
        previousHash: record.hash,
        previousEndsAt: addMinutes(now, input.overlapHours * 60),
        secretId: input.secret ?? null,
        previousSecretId: record.secretId,
      }),
    }),
    retire: act({
      ...retire<ApiKey>(['securityAdmin']),
      sentence: '停用接口密钥，不能恢复',
      destroys: 'secrets',
    }),
  },
});
