/**
 * Setting 参数: the numbers of the loop that a district may choose, one versioned row each, a district's
 * own row over the base (000000). Sources: domain reference a.4, b.2, c.1, c.4; product “The loop”.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';
import { TimeLimit } from './timeLimit.ts';

const byUrgency = z.strictObject({
  danger: TimeLimit,
  utility: TimeLimit,
  ordinary: TimeLimit,
  complex: TimeLimit,
});

/** Every setting with its shape; minutes and days are whole numbers, shares lie between 0 and 1. */
export const settingShapes = {
  claimMinutes: z.number().int().min(1).max(1440),
  escalateHeadMinutes: z.number().int().min(1).max(2880),
  escalateDeskMinutes: z.number().int().min(1).max(2880),
  acceptLimits: byUrgency,
  dispatchLimits: byUrgency,
  answerLimits: byUrgency,
  deskLimit: TimeLimit,
  confirmLimit: TimeLimit,
  verifyLimit: TimeLimit,
  assistLimit: TimeLimit,
  approvalLimit: TimeLimit,
  reworkShare: z.number().min(0).max(1),
  maxExtensions: z.number().int().min(0).max(5),
  maxReturns: z.number().int().min(1).max(5),
  holdMaxDays: z.number().int().min(1).max(366),
  recurrenceDays: z.number().int().min(1).max(366),
  recurrenceMeters: z.number().int().min(1).max(1000),
  workDayEnds: z.enum(['counted', 'closeOfDay']),
  administratorTotp: z.enum(['off', 'required']),
  classifierNewTexts: z.number().int().min(20).max(100_000),
  groupDailyHour: z.number().int().min(0).max(23),
  groupWeeklyHour: z.number().int().min(0).max(23),
  callbackDays: z.number().int().min(1).max(90),
  callbackAttempts: z.number().int().min(1).max(10),
  callbackReopenDays: z.number().int().min(0).max(366),
} as const;

export type SettingCode = keyof typeof settingShapes;
export type Settings = { [K in SettingCode]: z.infer<(typeof settingShapes)[K]> };

export const settingLabels: Record<SettingCode, string> = {
  claimMinutes: '领办时限（分钟）',
  escalateHeadMinutes: '升级至单位负责人（分钟）',
  escalateDeskMinutes: '升级至创城专席（分钟）',
  acceptLimits: '受理时限',
  dispatchLimits: '派单时限',
  answerLimits: '答复时限',
  deskLimit: '送核、结案时限',
  confirmLimit: '核实时限',
  verifyLimit: '复查时限',
  assistLimit: '协办时限',
  approvalLimit: '审批时限',
  reworkShare: '返工保底时限占比',
  maxExtensions: '最多延期次数',
  maxReturns: '最多退单次数',
  holdMaxDays: '挂账最长天数',
  recurrenceDays: '反弹认定天数',
  recurrenceMeters: '反弹认定半径（米）',
  workDayEnds: '工作日截止方式',
  administratorTotp: '管理员动态验证码',
  classifierNewTexts: '识别模型重新训练所需新立案件',
  groupDailyHour: '每日进展发布时间（时）',
  groupWeeklyHour: '每周小结发布时间（周一几时）',
  callbackDays: '回访期限（天）',
  callbackAttempts: '回访最多拨打次数',
  callbackReopenDays: '回访未解决自动重开（天）',
};

export const Setting = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  value: z.unknown(),
});
export type Setting = z.infer<typeof Setting>;

const act = actionOf<Setting>();
const code = z.enum(Object.keys(settingShapes) as [SettingCode, ...SettingCode[]]);

const checkValue = (code: SettingCode, value: unknown) => {
  const parsed = settingShapes[code].safeParse(value);
  return parsed.success
    ? undefined
    : { code: 'badSetting', message: `${settingLabels[code]}的值不合规定，请检查单位和范围` };
};

export const setting = noun({
  name: 'setting',
  plural: 'settings',
  label: '参数',
  shape: Setting,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增参数',
      sentence: '设置参数 {code}',
      source: '时限因城市、等级、阶段而异，是数据不是代码（domain a.4）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code, value: z.unknown(), validFrom: from }),
      needs: ['versions'],
      check: (_record, input, given) =>
        checkValue(input.code, input.value) ?? versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<Setting, { value: unknown }>('setting', {
        input: { value: z.unknown() },
        check: (record, { value }) => checkValue(record.code as SettingCode, value),
        carry: ['value'],
      }),
    ),
    retire: act(retireVersion<Setting>()),
  },
});
