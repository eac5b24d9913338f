/**
 * Subscription 事件订阅: an address outside that is told when something happens, by Standard Webhooks: which kinds
 * of event, of which area, unit or sender. What it is told is in `webhookMessage.ts`. Its secret is made where
 * it is shown, once, and kept as personal data are, so that events and rows hold references. With a push rule it
 * is a grid platform 网格平台: told of the cases handed to it, whole.
 * Sources: issue 5-10; 5-2 “Status flows back by webhooks”; trust V13.2.2, V11.
 */
import { z } from 'zod';
import { actionOf, noun, type CheckGiven, type Noun } from './action.ts';
import { assist } from './assist.ts';
import { area, note, number, text, unit } from './fields.ts';
import { issue } from './issue.ts';
import { addMinutes, Moment } from './moment.ts';
import { platformCase, toldCaseKinds } from './platformCase.ts';
import { PushRule } from './pushRule.ts';
import { refusal, type Refusal } from './refused.ts';
import { report } from './report.ts';
import { signingSecret } from './signingSecret.ts';
import { keptFields } from './versioned.ts';

/** The nouns whose events can be subscribed to. */
export const subscribable: Record<string, Noun> = { issue, report, assist, platformCase };

/** Is it `issue` (all that happens to issues) or `issue.dispatch`? */
export function isEventKind(kind: string): boolean {
  const [name = '', action, ...rest] = kind.split('.');
  const found = Object.hasOwn(subscribable, name) ? subscribable[name] : undefined;
  if (!found || rest.length > 0) return false;
  return action === undefined || Object.hasOwn(found.actions, action);
}

/** `案件：派单`, `案件：全部`. */
export function eventKindLabel(kind: string): string {
  const [name = '', action] = kind.split('.');
  const found = subscribable[name];
  const label = action === undefined ? '全部' : found?.actions[action]?.label;
  return `${found?.label ?? name}：${label ?? action}`;
}

export const Subscription = z.object({
  ...keptFields(['active', 'paused', 'retired']),
  name: z.string(),
  url: z.string(),
  /** Nouns (`issue`) and single actions (`issue.close`). */
  kinds: z.array(z.string()),
  /** Only what lies in this area; null: the whole district. */
  areaCode: z.string().nullable(),
  /** Only what this unit or one below it has to do with. */
  unitId: z.uuid().nullable(),
  /** Only the reports of this sender, and the issues they belong to. */
  senderCode: z.string().nullable(),
  secretId: z.uuid(),
  /** The secret before the last exchange; messages carry both signatures until `previousEndsAt`. */
  previousSecretId: z.uuid().nullable(),
  previousEndsAt: Moment.nullable(),
  pauseReason: z.string().nullable(),
  /** Not null: it is a grid platform, told of the cases handed to it. */
  push: PushRule.nullable(),
});
export type Subscription = z.infer<typeof Subscription>;

/** An address as a form takes it; whether it may be called is asked at every call (`outside.ts`). */
const url = z
  .string()
  .trim()
  .max(500, '地址不能超过 500 个字符')
  .regex(
    /^https?:\/\/[^\s@/?#]+([/?][^\s#]*)?$/i,
    '请填写完整地址，不带用户名和 #，开头应为：https:// 或 http://',
  )
  .meta({ title: '接收地址', kind: 'text' });

const kinds = z
  .array(z.string().max(60).refine(isEventKind, '没有这种事件，请重新选择'))
  .min(1, '请至少选择一种事件')
  .max(100, '最多选择 100 种事件；可以选择“全部”')
  .refine((list) => new Set(list).size === list.length, '同一种事件只需选一次');

const shape = {
  name: text('名称', 60),
  url,
  kinds,
  areaCode: area('限于区域').nullable(),
  unitId: unit('限于单位').nullable(),
  senderCode: text('限于来源单位', 40).nullable(),
  push: PushRule.nullable(),
};

/** The longest time for which an exchanged secret goes on signing: 30 days. */
export const longestSecretOverlap = 720;

type Scope = Partial<Pick<Subscription, 'areaCode' | 'unitId' | 'senderCode'>>;

const scopeProblem = (
  { areaCode, unitId, senderCode }: Scope,
  { facts }: Pick<CheckGiven<'area' | 'unit' | 'sender'>, 'facts'>,
): Refusal | undefined => {
  if (areaCode && !facts.area?.isActive)
    return refusal('noArea', '所选区域不存在或已停用，请重新选择');
  if (unitId && !facts.unit?.isActive)
    return refusal('noUnit', '所选单位不存在或已停用，请重新选择');
  return senderCode && !facts.sender?.isActive
    ? refusal('noSender', '来源单位未登记或已停用，请先登记')
    : undefined;
};

/** A grid platform answers as a sender, and is told of cases and of nothing else. */
const pushProblem = ({
  push,
  kinds,
  senderCode,
}: Pick<Subscription, 'push' | 'kinds' | 'senderCode'>): Refusal | undefined => {
  if (push === null) return undefined;
  if (senderCode === null)
    return refusal('noSender', '请选择网格平台对应的来源单位，它的签名密钥用于回传状态');
  return toldCaseKinds.every((kind) => kinds.includes(kind)) &&
    kinds.length === toldCaseKinds.length
    ? undefined
    : refusal('wrongKinds', '推送到网格平台的订阅只含平台案件的推送、返工、收回和结案');
};

/** Demo accounts are known to everybody: beside a real district they send nothing out. */
const guestProblem = (isDemoGuest: boolean): Refusal | undefined =>
  isDemoGuest
    ? refusal('demoAccount', '演示账号不能在正式系统上向外推送，请用正式区的系统管理员登录')
    : undefined;

const act = actionOf<Subscription>();
const by = ['systemAdmin'] as const;
const nothing = z.strictObject({});

export const subscription = noun({
  name: 'subscription',
  plural: 'subscriptions',
  label: '事件订阅',
  shape: Subscription,
  seen: { open: true },
  defaults: { push: null },
  statuses: { active: '推送中', paused: '已暂停', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增订阅',
      sentence: '新增事件订阅“{name}”，推送到 {url}',
      source: '按事件种类和范围向外推送（issue 5-10）',
      by,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        ...shape,
        areaCode: shape.areaCode.optional(),
        unitId: shape.unitId.optional(),
        senderCode: shape.senderCode.optional(),
        push: shape.push.optional(),
        secret: signingSecret,
      }),
      needs: ['area', 'unit', 'sender', 'isDemoGuest'],
      check: (_record, input, given) =>
        guestProblem(given.facts.isDemoGuest) ??
        pushProblem({
          push: input.push ?? null,
          kinds: input.kinds,
          senderCode: input.senderCode ?? null,
        }) ??
        scopeProblem(input, given),
      changes: (_record, input) => ({
        name: input.name,
        url: input.url,
        kinds: input.kinds,
        areaCode: input.areaCode ?? null,
        unitId: input.unitId ?? null,
        senderCode: input.senderCode ?? null,
        push: input.push ?? null,
        secretId: input.secret,
        previousSecretId: null,
        previousEndsAt: null,
        pauseReason: null,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改事件订阅',
      source: '登记信息可改，历史留痕（architecture 6）',
      by,
      from: ['active', 'paused'],
      input: z.strictObject(shape).partial(),
      needs: ['area', 'unit', 'sender', 'isDemoGuest'],
      check: (record, input, given) => {
        const next = { ...record, ...input };
        return (
          guestProblem(given.facts.isDemoGuest) ??
          ((next.push === null) === (record.push === null)
            ? pushProblem(next)
            : refusal('otherKind', '事件订阅和网格平台不能互换，请另行新增')) ??
          scopeProblem(input, given)
        );
      },
      changes: (_record, input) => input,
    }),
    rotate: act({
      label: '更换密钥',
      sentence: '更换签名密钥，原密钥再用 {overlapHours} 小时',
      source: '密钥定期更换，新旧重叠以免中断（issue 5-2 rotating secrets）',
      by,
      from: ['active', 'paused'],
      input: z.strictObject({
        secret: signingSecret,
        overlapHours: number('原密钥继续有效的小时数', 0, longestSecretOverlap),
      }),
      changes: (record, input, { now }) => ({
        secretId: input.secret,
        previousSecretId: record.secretId,
        previousEndsAt: addMinutes(now, input.overlapHours * 60),
      }),
    }),
    pause: act({
      label: '暂停',
      sentence: '暂停推送：{reason}',
      source: '可暂停、可恢复，暂停期间的事件留待恢复后推送（issue 5-10）',
      by: [...by, 'system'],
      from: ['active'],
      to: 'paused',
      input: z.strictObject({ reason: note('原因') }),
      changes: (_record, { reason }) => ({ pauseReason: reason }),
    }),
    resume: act({
      label: '恢复推送',
      sentence: '恢复推送',
      source: '可暂停、可恢复（issue 5-10）',
      by,
      from: ['paused'],
      to: 'active',
      input: nothing,
      needs: ['isDemoGuest'],
      check: (_record, _input, { facts }) => guestProblem(facts.isDemoGuest),
      changes: () => ({ pauseReason: null }),
    }),
    resend: act({
      label: '重新推送',
      sentence: '重新推送未送达的事件',
      source: '未送达的可以查看并重新推送，单个或全部（issue 5-10）',
      by,
      from: ['active', 'paused'],
      input: z.strictObject({
        /** The event to send again; left out: all that were given up. */
        eventId: z.uuid().optional(),
      }),
      changes: () => ({}),
    }),
    retire: act({
      label: '停用',
      sentence: '停用事件订阅，不能恢复',
      source: '停用不删除，密钥销毁（architecture 6；trust V13.3）',
      by,
      from: ['active', 'paused'],
      to: 'retired',
      input: nothing,
      destroys: 'secrets',
      changes: () => ({ pauseReason: null }),
    }),
  },
});
