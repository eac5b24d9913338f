/**
 * Checking call-backs 回访复核: a result that a unit contests, or an unsolved matter that the rule cannot settle, goes
 * to a shift leader, who upholds it, opens the issue again, strikes it or has it asked again. Sources: issue 5-12;
 * domain reference c.2 (剔除).
 */
import { z } from 'zod';
import { actionOf, type Asked } from './action.ts';
import { inDays, noAnswer, noClock, unclaimed } from './callbackAnswer.ts';
import type { Callback } from './callbackShape.ts';
import { note } from './fields.ts';
import { Moment } from './moment.ts';
import { notYetDue, refusal, type Refusal } from './refused.ts';

const act = actionOf<Callback>();

/** Nobody checks what they wrote down or asked for themselves. */
const ownRecord = ({ answererId, contesterId }: Callback, { actor }: Asked): Refusal | undefined =>
  actor.personId === answererId || actor.personId === contesterId
    ? refusal('ownRecord', '不能复核本人记录或提出的回访，请由其他值班长办理')
    : undefined;

export const checkRows = {
  contest: act({
    label: '申请复核',
    sentence: '申请复核回访结果：{reason}',
    source: '不合理诉求经复核剔除（domain c.2 剔除）',
    by: ['unitHead', 'desk'],
    from: ['answered'],
    to: 'contested',
    input: z.strictObject({ reason: note('理由') }),
    needs: ['settings'],
    refuse: (record, { actor, now, settings }) => {
      if (actor.line === 'handling' && !actor.unitIds.includes(record.unitId ?? ''))
        return refusal('notYourUnit', '只有主办单位可以申请复核');
      if (record.deciderId !== null) return refusal('decided', '值班长已经复核过，不再复核');
      return record.endedAt !== null && now > inDays(record.endedAt, settings.callbackDays)
        ? refusal('tooLate', `回访已过 ${settings.callbackDays} 天，不能再申请复核`)
        : undefined;
    },
    changes: (_record, { reason }, { now, actor, facts }) => {
      const due = inDays(now, facts.settings.callbackDays);
      return { contestReason: reason, contesterId: actor.personId, due, escalateAt: due };
    },
  }),

  uphold: act({
    label: '维持结果',
    sentence: '复核，维持回访结果：{opinion}',
    source: '有争议的回访由值班长复核（issue 5-12）',
    by: ['shiftLeader'],
    from: ['contested'],
    to: 'answered',
    input: z.strictObject({ opinion: note('复核意见') }),
    refuse: ownRecord,
    changes: (_record, { opinion }, { actor }) => ({
      ...noClock,
      opinion,
      deciderId: actor.personId,
    }),
  }),

  agreeReopen: act({
    label: '同意重开',
    sentence: '复核，同意重开案件：{opinion}',
    source: '“未解决”重开，规则不能定的由值班长定（issue 5-12；product 8）',
    by: ['shiftLeader'],
    from: ['contested'],
    to: 'answered',
    input: z.strictObject({ opinion: note('复核意见') }),
    needs: ['issue'],
    refuse: (record, asked) =>
      record.solved === 'no' && !record.reopens
        ? ownRecord(record, asked)
        : refusal('notUnsolved', '诉求人没有答未解决，或案件已因此重开'),
    check: (_record, _input, { facts: { issue } }) =>
      issue?.status === 'closed'
        ? undefined
        : refusal('notClosed', '案件现在不是结案状态，不能重开'),
    changes: (_record, { opinion }, { actor, facts }) => ({
      ...noClock,
      opinion,
      deciderId: actor.personId,
      closedAt: facts.issue?.closedAt ?? null,
      reopens: true,
    }),
  }),

  strike: act({
    label: '剔除',
    sentence: '复核，剔除：{opinion}',
    source: '不合理、不可能、政策性、已入法律程序、重复的诉求经复核剔除出分母（domain c.2 剔除）',
    by: ['shiftLeader'],
    from: ['contested'],
    to: 'invalid',
    input: z.strictObject({ opinion: note('剔除的理由') }),
    refuse: ownRecord,
    changes: (_record, { opinion }, { actor }) => ({
      ...noClock,
      opinion,
      deciderId: actor.personId,
      invalidReason: 'struck',
    }),
  }),

  revisit: act({
    label: '重新回访',
    sentence: '退回重新回访：{opinion}',
    source: '二次回访核对（issue 5-12；domain c.1 visit）',
    by: ['shiftLeader'],
    from: ['answered', 'contested', 'invalid'],
    to: 'waiting',
    input: z.strictObject({ opinion: note('要求') }),
    needs: ['issue', 'settings'],
    refuse: (record) => {
      if (record.way === 'city') return refusal('ofCity', '市热线的回访结果不能在这里重访');
      if (record.reopens) return refusal('reopened', '案件已因这次回访重开，下次结案后自动再回访');
      return record.byPhone || record.byCode
        ? undefined
        : refusal('noContact', '没有联系方式，无法回访');
    },
    check: (record, _input, { facts: { issue } }) =>
      issue?.status === 'closed' && issue.closedAt === record.closedAt
        ? undefined
        : refusal('notClosed', '案件已不在这次结案的状态，不再回访'),
    changes: (record, _input, { now, facts }) => {
      const due = inDays(now, facts.settings.callbackDays);
      return {
        ...noAnswer,
        ...unclaimed,
        attemptCount: 0,
        due,
        escalateAt: due,
        visitCount: record.visitCount + 1,
      };
    },
  }),

  escalate: act({
    label: '复核超时',
    sentence: '回访复核超时，提醒值班长',
    source: '每个未了状态都有时限（architecture Lifecycle）',
    by: ['system'],
    from: ['contested'],
    input: z.strictObject({ due: Moment }),
    check: (record, _input, { now }) => notYetDue(record.escalateAt, now),
    changes: () => ({ escalateAt: null }),
  }),
};
