/**
 * Approval 审批: what needs somebody's consent (延期、挂账、作废、强制结案、申诉、离线补办). Granting performs
 * the action asked for in the same transaction. Who asked may not grant. Source: domain reference b.2.
 */
import { z } from 'zod';
import { actionOf, noun, type Asked, type Consent } from './action.ts';
import type { Role } from './access.ts';
import { deadlineOf, Derivation, derive } from './derivation.ts';
import { id, note } from './fields.ts';
import { issue } from './issue.ts';
import { actionOfConsent } from './issueSide.ts';
import type { Issue } from './issueShape.ts';
import { Moment } from './moment.ts';
import { recomputedPart, recomputeRow } from './recompute.ts';
import { notYetDue, refusal, type Refusal } from './refused.ts';
import { timeLimitText } from './timeLimit.ts';
import { keptFields } from './versioned.ts';

export const ApprovalKind = z.enum([
  'extension',
  'hold',
  'void',
  'forceClose',
  'appeal',
  'lateOffline',
] satisfies Consent[]);

export const approvalKindLabels: Record<Consent, string> = {
  extension: '延期',
  hold: '挂账',
  void: '作废',
  forceClose: '强制结案',
  appeal: '申诉剔除',
  lateOffline: '认可离线时间',
};

/** Who may ask for each kind: the unit for its own work, the desk for the ledger's. */
export const askers: Record<Consent, readonly Role[]> = {
  extension: ['unitHead', 'officer'],
  hold: ['unitHead', 'officer', 'desk'],
  void: ['desk', 'shiftLeader'],
  forceClose: ['desk', 'shiftLeader'],
  appeal: ['unitHead'],
  lateOffline: ['unitHead', 'officer'],
};

/** Who may grant or deny each kind (domain b.2: 延期由值班长, 强制结案由领导). */
export const granters: Record<Consent, readonly Role[]> = {
  extension: ['shiftLeader', 'leader'],
  hold: ['shiftLeader', 'leader'],
  void: ['shiftLeader', 'leader'],
  forceClose: ['leader'],
  appeal: ['shiftLeader', 'leader'],
  lateOffline: ['shiftLeader', 'leader'],
};

export const Approval = z.object({
  ...keptFields(['asked', 'granted', 'denied']),
  issueId: z.uuid(),
  kind: ApprovalKind,
  reason: z.string(),
  payload: z.record(z.string(), z.unknown()),
  unitId: z.uuid().nullable(),
  askerId: z.uuid(),
  deciderId: z.uuid().nullable(),
  opinion: z.string().nullable(),
  askedAt: Moment,
  decidedAt: Moment.nullable(),
  due: Moment,
  escalateAt: Moment.nullable(),
  /** How `due` came about; null in records older than this. */
  clock: Derivation.nullable(),
});
export type Approval = z.infer<typeof Approval>;

export const approvalStatusLabels: Record<Approval['status'], string> = {
  asked: '待审批',
  granted: '已同意',
  denied: '未同意',
};

const act = actionOf<Approval>();

/** Why the action asked for would not be open on the issue now; the same rule the grant meets later. */
function actionRefusal(target: Issue, kind: Consent, asked: Asked): Refusal | undefined {
  const row = issue.actions[actionOfConsent[kind]];
  if (!(row.from as readonly string[]).includes(target.status)) {
    return refusal('wrongStatus', `案件现在的状态不能${row.label}`);
  }
  if (kind === 'appeal' && target.appealCount > 0) return refusal('appealed', '每件只能申诉一次');
  return row.refuse?.(target, asked);
}

/** Why there is nothing this post could ask for on the issue now; shown on the grey button. */
function nothingToAsk(target: Issue, asked: Asked): Refusal | undefined {
  const kinds = ApprovalKind.options.filter((kind) => askers[kind].includes(asked.actor.role));
  const refusals = kinds.map((kind) => actionRefusal(target, kind, asked));
  if (refusals.includes(undefined)) return undefined;
  return refusals[0] ?? refusal('notAsker', '您的岗位没有可以申请的事项');
}

const notGranter = (approval: Approval, { actor }: Asked): Refusal | undefined => {
  if (actor.role === 'system') return undefined;
  if (approval.askerId === actor.personId) return refusal('ownAsk', '不能审批本人提出的申请');
  return granters[approval.kind].includes(actor.role)
    ? undefined
    : refusal('notGranter', `${approvalKindLabels[approval.kind]}须由上级审批，您的岗位无权决定`);
};

const decided = { decidedAt: null, escalateAt: null };

export const approval = noun({
  name: 'approval',
  plural: 'approvals',
  label: '审批',
  shape: Approval,
  seen: { units: ['unitId'], persons: ['askerId'] },
  statuses: approvalStatusLabels,
  finals: ['granted', 'denied'],
  defaults: { clock: null },
  actions: {
    ask: act({
      label: '提出申请',
      sentence: '申请{kind}：{reason}',
      source: '延期、挂账、作废、强制结案、申诉须审批（domain b.2）',
      by: ['unitHead', 'officer', 'desk', 'shiftLeader'],
      from: 'new',
      to: 'asked',
      startsFrom: { noun: 'issue', as: 'issueId', refuse: nothingToAsk },
      input: z.strictObject({
        issueId: id('案件', 'text'),
        kind: ApprovalKind.meta({ title: '申请事项', kind: 'text' }),
        reason: note('理由'),
        hold: issue.actions.hold.input.optional(),
      }),
      needs: ['issue', 'calendar', 'settings'],
      check: (_record, { kind, hold }, given) => {
        const target = given.facts.issue;
        if (!target) return refusal('noIssue', '案件不存在或不在您的范围内');
        if (!askers[kind].includes(given.actor.role)) {
          return refusal('notAsker', `您的岗位不能申请${approvalKindLabels[kind]}`);
        }
        if (given.actor.line === 'handling' && !given.actor.unitIds.includes(target.unitId ?? '')) {
          return refusal('notYourUnit', '只有主办单位可以提出申请');
        }
        if ((kind === 'hold') !== (hold !== undefined)) {
          return refusal('noHold', '申请挂账须填写挂账类型和截止日，其他申请不填');
        }
        const holdProblem =
          hold &&
          issue.actions.hold.check?.(
            target,
            hold,
            given as Parameters<NonNullable<typeof issue.actions.hold.check>>[2],
          );
        return holdProblem ?? actionRefusal(target, kind, given);
      },
      changes: (_record, { issueId, kind, reason, hold }, { now, actor, facts }) => {
        const limit = facts.settings.approvalLimit;
        const counted = { from: now, legs: [limit] };
        const deadline = deadlineOf(counted, facts);
        const { due } = deadline;
        return {
          issueId,
          kind,
          reason,
          payload: hold ?? {},
          unitId: facts.issue?.unitId ?? null,
          askerId: actor.personId,
          deciderId: null,
          opinion: null,
          askedAt: now,
          due,
          ...decided,
          escalateAt: due,
          clock: derive('申请', deadline, timeLimitText(limit), '审批时限', counted),
        };
      },
      also: (_record, { issueId, kind }) => [
        { noun: 'issue', id: issueId, action: 'awaitConsent', input: { kind } },
      ],
    }),

    grant: act({
      label: '同意',
      sentence: '同意：{opinion}',
      source: '同意即办：批准与执行在同一事务（issue 3-6）',
      by: ['shiftLeader', 'leader'],
      from: ['asked'],
      to: 'granted',
      input: z.strictObject({ opinion: note('审批意见').optional() }),
      refuse: notGranter,
      changes: (_approval, { opinion }, { now, actor }) => ({
        deciderId: actor.personId,
        opinion: opinion ?? null,
        decidedAt: now,
        escalateAt: null,
      }),
      also: ({ issueId, kind, payload }) => [
        { noun: 'issue', id: issueId, action: 'settleConsent', input: { kind } },
        { noun: 'issue', id: issueId, action: actionOfConsent[kind], input: payload },
      ],
    }),

    deny: act({
      label: '不同意',
      sentence: '不同意：{opinion}',
      source: '不同意不计次数（domain b.2 延期）；案件作废、强制结案后由系统了结',
      by: ['shiftLeader', 'leader', 'system'],
      from: ['asked'],
      to: 'denied',
      input: z.strictObject({ opinion: note('不同意的理由') }),
      refuse: notGranter,
      changes: (_approval, { opinion }, { now, actor }) => ({
        deciderId: actor.personId,
        opinion,
        decidedAt: now,
        escalateAt: null,
      }),
      also: ({ issueId, kind }) => [
        { noun: 'issue', id: issueId, action: 'settleConsent', input: { kind } },
      ],
    }),

    recompute: act(recomputeRow<Approval>(['asked'], recomputedPart)),

    escalate: act({
      label: '审批超时提醒',
      sentence: '审批超时，提醒值班长',
      source: '每个未了状态都有时限（architecture Lifecycle）',
      by: ['system'],
      from: ['asked'],
      input: z.strictObject({ due: Moment }),
      check: (record, _input, { now }) => notYetDue(record.escalateAt, now),
      changes: () => ({ escalateAt: null }),
    }),
  },
});
