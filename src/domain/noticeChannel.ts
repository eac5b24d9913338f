/**
 * Notice channel 通知渠道: a way by which a district tells people outside the product: the robot of a WeCom group,
 * an SMS gateway, a mail server. The secret part (robot key, access key, password) is kept as personal data are;
 * events and rows hold a reference. Sources: issue 5-11; trust V13.3.
 */
import { z } from 'zod';
import { actionOf, noun, type CheckGiven } from './action.ts';
import { note, personal, text, unit } from './fields.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

const address = (example: string) =>
  z
    .string()
    .trim()
    .max(300, '地址不能超过 300 个字符')
    .regex(/^https?:\/\/[^\s@/?#]+(\/[^\s?#]*)?$/i, `请填写完整地址，不带参数，形如：${example}`);

/** `POST {url}?key=…`, as 企业微信群机器人 wants it; the key is the secret. */
const WeComSettings = z.strictObject({
  kind: z.literal('weComRobot'),
  url: address('https://qyapi.weixin.qq.com/cgi-bin/webhook/send'),
});

/** Alibaba Cloud SMS (Dysmsapi 2017-05-25, signature V3); the secret of the access key is the secret. */
const SmsSettings = z.strictObject({
  kind: z.literal('sms'),
  url: address('https://dysmsapi.aliyuncs.com/'),
  accessKeyId: text('访问密钥编号', 100),
  signName: text('短信签名', 30),
  /** With the blanks matter, number, place, due. */
  templateCode: text('单件模板代码', 40),
  /** With the blank count. */
  digestTemplateCode: text('汇总模板代码', 40),
});

/** A mail server, always by TLS; the password is the secret. */
const SmtpSettings = z.strictObject({
  kind: z.literal('smtp'),
  host: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, '请填写服务器域名或地址，不带协议和端口'),
  port: z.number().int().min(1).max(65_535),
  /** `tls`: from the first byte (465); `startTls`: after asking for it (587, 25). */
  security: z.enum(['tls', 'startTls']),
  user: text('用户名', 100),
  from: z.email('请填写发件邮箱，形如：name@example.cn').max(100),
});

export const NoticeSettings = z.discriminatedUnion(
  'kind',
  [WeComSettings, SmsSettings, SmtpSettings],
  { error: '请选择通知渠道的种类' },
);
export type NoticeSettings = z.infer<typeof NoticeSettings>;
export type NoticeChannelKind = NoticeSettings['kind'];

export const noticeChannelLabels: Record<NoticeChannelKind, string> = {
  weComRobot: '企业微信群机器人',
  sms: '短信',
  smtp: '邮件',
};

/** What the secret of a channel is called. */
export const noticeSecretLabels: Record<NoticeChannelKind, string> = {
  weComRobot: '机器人密钥（key= 之后的部分）',
  sms: '访问密钥',
  smtp: '邮箱密码或授权码',
};

/** What the two SMS templates must say, to be reported to the gateway word for word. */
export const smsTemplates = {
  single: '${matter}：编号${number}，${place}，时限${due}，请登录平台办理。',
  digest: '您有${count}件事项待处理，请登录平台查看。',
};

export const NoticeChannel = z.object({
  ...keptFields(['active', 'retired']),
  name: z.string(),
  settings: NoticeSettings,
  /** Of a robot: the unit whose group it is in; null: the district's. */
  unitId: z.uuid().nullable(),
  /** How the product is reached from outside, for links; null: none are sent. */
  pageUrl: z.string().nullable(),
  secretId: z.uuid(),
});
export type NoticeChannel = z.infer<typeof NoticeChannel>;

const shape = {
  name: text('名称', 60),
  settings: NoticeSettings,
  unitId: unit('所属单位').nullable(),
  pageUrl: address('https://loop.example.cn').nullable(),
};
const secret = personal('密钥', 200).regex(/^[\x21-\x7e]+$/, '密钥含有空格或汉字，请重新复制');

const guestProblem = (isDemoGuest: boolean): Refusal | undefined =>
  isDemoGuest
    ? refusal('demoAccount', '演示账号不能在正式系统上向外发送通知，请用正式区的系统管理员登录')
    : undefined;

const problemOf = (
  { settings, unitId }: Partial<Pick<NoticeChannel, 'settings' | 'unitId'>>,
  { facts }: Pick<CheckGiven<'unit' | 'isDemoGuest'>, 'facts'>,
): Refusal | undefined => {
  if (unitId && !facts.unit?.isActive)
    return refusal('noUnit', '所选单位不存在或已停用，请重新选择');
  if (unitId && settings && settings.kind !== 'weComRobot')
    return refusal('noGroup', '只有群机器人可以属于一个单位，请清空所属单位');
  return guestProblem(facts.isDemoGuest);
};

const act = actionOf<NoticeChannel>();
const by = ['systemAdmin'] as const;

export const noticeChannel = noun({
  name: 'noticeChannel',
  plural: 'notice-channels',
  label: '通知渠道',
  shape: NoticeChannel,
  seen: { open: true },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增渠道',
      sentence: '新增通知渠道“{name}”',
      source: '企业微信群机器人、短信、邮件通知（issue 5-11）',
      by,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        ...shape,
        unitId: shape.unitId.optional(),
        pageUrl: shape.pageUrl.optional(),
        secret,
      }),
      needs: ['unit', 'isDemoGuest'],
      check: (_record, input, given) =>
        problemOf({ ...input, unitId: input.unitId ?? null }, given),
      changes: (_record, { secret: secretId, unitId = null, pageUrl = null, ...rest }) => ({
        ...rest,
        unitId,
        pageUrl,
        secretId,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改通知渠道',
      source: '登记信息可改，历史留痕（architecture 6）',
      by,
      from: ['active'],
      input: z.strictObject(shape).partial(),
      needs: ['unit', 'isDemoGuest'],
      check: (record, input, given) =>
        input.settings && input.settings.kind !== record.settings.kind
          ? refusal('otherKind', '渠道种类不能更改，请停用后另建一个')
          : problemOf({ settings: record.settings, ...input }, given),
      changes: (_record, input) => input,
    }),
    rotate: act({
      label: '更换密钥',
      sentence: '更换通知渠道的密钥',
      source: '密钥须能更换（trust V13.3）',
      by,
      from: ['active'],
      input: z.strictObject({ secret }),
      changes: (_record, input) => ({ secretId: input.secret }),
    }),
    resend: act({
      label: '重新发送',
      sentence: '重新发送未送达的通知',
      source: '未送达的可以查看并重新发送（issue 5-11 retries）',
      by,
      from: ['active'],
      input: z.strictObject({
        /** The message to send again, also one of which nobody knows whether it arrived; left out: all given up. */
        messageId: z.uuid().optional(),
      }),
      needs: ['isDemoGuest'],
      check: (_record, _input, { facts }) => guestProblem(facts.isDemoGuest),
      changes: () => ({}),
    }),
    retire: act({
      label: '停用',
      sentence: '停用通知渠道，不能恢复：{reason}',
      source: '停用不删除，密钥销毁（architecture 6；trust V13.3）',
      by,
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ reason: note('原因') }),
      destroys: 'secrets',
      changes: () => ({}),
    }),
  },
});
