/**
 * Person 人员: somebody who signs in. Person and credentials belong to the installation (000000); what
 * they do in a district is a Post. Source: architecture, issue 3-5; domain reference i (unique accounts).
 */
import { z } from 'zod';
import { isAdministrator } from './access.ts';
import { actionOf, noun, type CheckGiven } from './action.ts';
import { text } from './fields.ts';
import { Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, restore, retire } from './versioned.ts';

export const loginName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{2,39}$/, '登录名须为 3 至 40 位小写字母、数字、点、横线，以字母开头')
  .meta({ title: '登录名', kind: 'text' });

export const Person = z.object({
  ...keptFields(['active', 'retired']),
  name: z.string(),
  login: z.string(),
  isDemo: z.boolean(),
  signedInAt: Moment.nullable(),
});
export type Person = z.infer<typeof Person>;

const act = actionOf<Person>();

/** An account belongs to the installation, so whoever serves elsewhere is not one district's to rule. */
const servesElsewhere = ({
  facts,
  district,
  actor,
}: CheckGiven<'postsHeld'>): Refusal | undefined =>
  actor.role !== 'system' && facts.postsHeld.some((post) => post.district !== district)
    ? refusal('servesElsewhere', '此人在其他区有岗位，须先由该区停用其岗位，再办理账号')
    : undefined;

export const person = noun({
  name: 'person',
  plural: 'persons',
  label: '人员',
  shape: Person,
  seen: { open: true },
  isInstallationWide: true,
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增人员',
      sentence: '新增人员 {name}',
      source: '账号唯一、不设共用账号（domain i 等保 identity）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        name: text('姓名', 30),
        login: loginName,
        isDemo: z.boolean().optional(),
      }),
      check: (_record, { isDemo }, { actor }) =>
        isDemo && actor.role !== 'system'
          ? { code: 'demoOnlyBySystem', message: '演示账号只能由程序建立' }
          : undefined,
      changes: (_record, { name, login, isDemo = false }) => ({
        name,
        login,
        isDemo,
        signedInAt: null,
      }),
    }),
    edit: act({
      label: '修改姓名',
      sentence: '修改姓名',
      source: '人员信息可改，历史留痕（domain i audit）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject({ name: text('姓名', 30) }),
      needs: ['postsHeld'],
      check: (_record, _input, given) => servesElsewhere(given),
      changes: (_record, input) => input,
    }),
    retire: act({
      ...retire<Person>(['systemAdmin', 'securityAdmin']),
      needs: ['postsHeld'],
      check: (_record, _input, given) => servesElsewhere(given),
      changes: () => ({}),
    }),
    restore: act({
      ...restore<Person>(['systemAdmin']),
      needs: ['postsHeld'],
      check: (_record, _input, given) => servesElsewhere(given),
      changes: () => ({}),
    }),
    appoint: act({
      label: '任职',
      sentence: '任职',
      source: '三员分立，须按人逐件判断（domain i access control）',
      by: ['securityAdmin', 'system'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({}),
      changes: () => ({}),
    }),
    signIn: act({
      label: '登录',
      sentence: '登录',
      source: '登录留痕（trust V16.3.1）',
      by: ['system'],
      from: ['active'],
      input: z.strictObject({}),
      changes: (_record, _input, { now }) => ({ signedInAt: now }),
    }),
    resetPassword: act({
      label: '重置密码',
      sentence: '重置密码',
      source: '安全管理员管理账号口令（domain i access control）',
      by: ['securityAdmin', 'system'],
      from: ['active'],
      input: z.strictObject({}),
      needs: ['postsHeld'],
      // An administrator who never signed in has no account to be taken over: it is their first password.
      check: (record, _input, given) =>
        given.actor.role !== 'system' &&
        record.signedInAt !== null &&
        given.facts.postsHeld.some((post) => isAdministrator(post.role))
          ? refusal(
              'administrator',
              '管理员的密码不能由其他管理员重置，请在服务器上用命令 admin reset 重置',
            )
          : servesElsewhere(given),
      changes: () => ({}),
    }),
    lock: act({
      label: '锁定账号',
      sentence: '连续输错密码，账号锁定',
      source: '登录失败锁定（trust V6.3.1）',
      by: ['system'],
      from: ['active'],
      input: z.strictObject({}),
      changes: () => ({}),
    }),
    enrolTotp: act({
      label: '启用动态验证码',
      sentence: '启用动态验证码',
      source: '管理员两种鉴别（domain i 等保 identity；trust V6.3.3）',
      by: ['system'],
      from: ['active'],
      input: z.strictObject({}),
      changes: () => ({}),
    }),
    resetTotp: act({
      label: '停用动态验证码',
      sentence: '停用动态验证码',
      source: '手机遗失由另一管理员停用后重新绑定（trust V6.3.3）',
      by: ['securityAdmin', 'system'],
      from: ['active'],
      input: z.strictObject({}),
      needs: ['postsHeld'],
      check: (record, _input, given) => {
        if (record.id === given.actor.personId)
          return refusal('oneself', '不能停用自己的动态验证码，请用恢复码登录后重新绑定');
        return given.actor.role !== 'system' &&
          given.facts.postsHeld.some((post) => post.role === 'securityAdmin')
          ? refusal('administrator', '安全管理员的动态验证码须在服务器上用命令 admin reset 停用')
          : servesElsewhere(given);
      },
      changes: () => ({}),
    }),
    endSessions: act({
      label: '结束登录',
      sentence: '结束登录',
      source: '可结束其他设备上的登录（trust V7.4.3、V7.5.1）',
      by: ['securityAdmin', 'system'],
      from: ['active'],
      input: z.strictObject({ sessionId: z.uuid().optional() }),
      needs: ['postsHeld'],
      check: (_record, _input, given) => servesElsewhere(given),
      changes: () => ({}),
    }),
    unlock: act({
      label: '解除锁定',
      sentence: '解除账号锁定',
      source: '由安全管理员解锁（trust V6.3.1）',
      by: ['securityAdmin'],
      from: ['active'],
      input: z.strictObject({}),
      needs: ['postsHeld'],
      check: (_record, _input, given) => servesElsewhere(given),
      changes: () => ({}),
    }),
  },
});
