/**
 * Setting words 参数说明: what a setting does and its value in words with the unit, for the page of settings
 * and every list that shows one. Source: domain reference a.4, b.2, c.1, c.4.
 */
import { Urgency, urgencyLabels } from './channel.ts';
import type { SettingCode, Settings } from './setting.ts';
import { timeLimitText, type TimeLimit } from './timeLimit.ts';

/** How a value of each setting is asked for and shown. */
export type SettingForm =
  | { form: 'number'; unit: string; min: number; max: number }
  | { form: 'share' }
  | { form: 'limit' }
  | { form: 'byUrgency' }
  | { form: 'choice'; choices: Record<string, string> };

const number = (unit: string, min: number, max: number): SettingForm => ({
  form: 'number',
  unit,
  min,
  max,
});
const limit: SettingForm = { form: 'limit' };
const byUrgency: SettingForm = { form: 'byUrgency' };

export const settingForms: Record<SettingCode, SettingForm> = {
  claimMinutes: number('分钟', 1, 1440),
  escalateHeadMinutes: number('分钟', 1, 2880),
  escalateDeskMinutes: number('分钟', 1, 2880),
  acceptLimits: byUrgency,
  dispatchLimits: byUrgency,
  answerLimits: byUrgency,
  deskLimit: limit,
  confirmLimit: limit,
  verifyLimit: limit,
  assistLimit: limit,
  approvalLimit: limit,
  reworkShare: { form: 'share' },
  maxExtensions: number('次', 0, 5),
  maxReturns: number('次', 1, 5),
  holdMaxDays: number('天', 1, 366),
  recurrenceDays: number('天', 1, 366),
  recurrenceMeters: number('米', 1, 1000),
  workDayEnds: {
    form: 'choice',
    choices: { counted: '按工作小时累计', closeOfDay: '至第 n 个工作日下班' },
  },
  administratorTotp: { form: 'choice', choices: { off: '不要求', required: '必须使用' } },
  classifierNewTexts: number('件', 20, 100_000),
  groupDailyHour: number('时', 0, 23),
  groupWeeklyHour: number('时', 0, 23),
  callbackDays: number('天', 1, 90),
  callbackAttempts: number('次', 1, 10),
  callbackReopenDays: number('天', 0, 366),
};

/** What each setting decides, in one sentence for an administrator. */
export const settingHints: Record<SettingCode, string> = {
  claimMinutes: '派单后单位须在此时间内领办（一刻钟见诉领办）',
  escalateHeadMinutes: '仍未领办时提醒单位负责人',
  escalateDeskMinutes: '仍未领办时提醒创城专席',
  acceptLimits: '来件从上报到受理，按紧急程度',
  dispatchLimits: '立案到派单，按紧急程度',
  answerLimits: '上报到答复诉求人，按紧急程度',
  deskLimit: '整改完成后专席送核、结案的时间',
  confirmLimit: '网格员核实来件的时间',
  verifyLimit: '复查任务的时间',
  assistLimit: '协办单位完成的时间',
  approvalLimit: '审批人答复的时间',
  reworkShare: '复查不通过后，剩余时间至少为原时限的这一比例',
  maxExtensions: '每件至多延期的次数',
  maxReturns: '退单达到此数后，专席的指派为最终决定',
  holdMaxDays: '挂账截止日距今最长天数',
  recurrenceDays: '结案后多少天内同类同地再发生算反弹',
  recurrenceMeters: '没有点位时，多近算同一地点',
  workDayEnds: '“工作日”时限怎样计到截止',
  administratorTotp: '三员登录时是否要求动态验证码',
  classifierNewTexts: '上次训练后新立案件达到此数，夜间重新训练识别模型',
  groupDailyHour: '每天此时向各单位群和全区群发布每日进展',
  groupWeeklyHour: '每周一此时发布上周小结',
  callbackDays: '结案后多少天内回访；逾期转为无效，复核、申请复核也按此计',
  callbackAttempts: '拨打几次都联系不上，转为无效回访',
  callbackReopenDays: '结案后多少天内答“未解决”自动重开，过后由值班长定',
};

/** A setting's value in words: '15 分钟', '50%', '危及安全 1紧急工作时；…'. */
export function settingText(code: SettingCode, value: unknown): string {
  const form = settingForms[code];
  switch (form.form) {
    case 'number':
      return `${String(value)} ${form.unit}`;
    case 'share':
      return `${Math.round(Number(value) * 100)}%`;
    case 'limit':
      return timeLimitText(value as TimeLimit);
    case 'choice':
      return form.choices[String(value)] ?? String(value);
    case 'byUrgency':
      return Urgency.options
        .map(
          (urgency) =>
            `${urgencyLabels[urgency]} ${timeLimitText((value as Settings['acceptLimits'])[urgency])}`,
        )
        .join('；');
  }
}
