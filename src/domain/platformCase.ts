/**
 * Platform case 平台案件: one handing over of an issue to a grid platform: its number there beside ours, and what
 * the platform last said. It is told of the case, of rework, of recall and of the end (`src/server/webhooks`);
 * what it says comes back over the signed intake and becomes actions of the issue, done by a system actor.
 * Source: issue 5-2 “an issue can be pushed to a grid platform, ids kept both ways”; domain b.1, b.2.
 */
import { z } from 'zod';
import type { Role } from './access.ts';
import { actionOf, noun, type Act } from './action.ts';
import { id, moment, note, text, words } from './fields.ts';
import type { Issue } from './issueShape.ts';
import { Moment } from './moment.ts';
import { PlatformState } from './pushRule.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

export const PlatformCaseStatus = [
  'sending',
  'sent',
  'rectified',
  'failed',
  'returned',
  'recalled',
  'closed',
] as const;

export const PlatformCase = z.object({
  ...keptFields(PlatformCaseStatus),
  issueId: z.uuid(),
  /** The platform: a subscription with a push rule. */
  subscriptionId: z.uuid(),
  /** The unit for which the platform handles it. */
  unitId: z.uuid(),
  foreignNumber: z.string().nullable(),
  /** The last state that was adopted, in the platform's word, and when it says that was so. */
  foreignState: z.string().nullable(),
  stateAt: Moment.nullable(),
  /** Why the last state was not adopted, or what did not arrive. */
  problem: z.string().nullable(),
  pushedAt: Moment,
  arrivedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
});
export type PlatformCase = z.infer<typeof PlatformCase>;

export const platformCaseStatusLabels: Record<PlatformCase['status'], string> = {
  sending: '推送中',
  sent: '平台办理中',
  rectified: '平台已办结',
  failed: '未送达',
  returned: '平台退回',
  recalled: '已收回',
  closed: '已结案',
};

/** The platform has it, or is to get it. */
export const withPlatform = ['sending', 'sent', 'rectified', 'failed'] as const;

/** What the platform is told of. */
export const toldCaseActions = ['push', 'rework', 'recall', 'close'] as const;
export const toldCaseKinds = toldCaseActions.map((action) => `platformCase.${action}`);

const act = actionOf<PlatformCase>();
const desk: Role[] = ['desk', 'shiftLeader'];
const nothing = z.strictObject({});

/** Only what a unit has in hand can be handed over for it. */
const notInHand = ({ status }: Pick<Issue, 'status'>): Refusal | undefined =>
  status === 'dispatched' || status === 'claimed'
    ? undefined
    : refusal('notInHand', '派单后、整改完成前的案件才能推送到网格平台，请先派给由平台办理的单位');

const advanceInput = z.strictObject({
  state: PlatformState,
  /** The platform's own word. */
  theirs: text('状态', 40),
  words: words('情况', 1000).optional(),
  photoIds: z.array(z.uuid()).max(20).optional(),
  foreignNumber: text('平台编号', 80).optional(),
  at: moment('时间').optional(),
});

/** What a state means for the issue: actions that its own rules judge. */
function actsOf(
  { issueId }: PlatformCase,
  { state, words: said, photoIds = [] }: z.infer<typeof advanceInput>,
  issue: Pick<Issue, 'status'> | null,
): Act[] {
  const on = (action: string, input: Record<string, unknown>): Act => ({
    noun: 'issue',
    id: issueId,
    action,
    input,
  });
  const claim = issue?.status === 'dispatched' ? [on('claim', {})] : [];
  switch (state) {
    case 'received':
      return [];
    case 'claimed':
      return issue?.status === 'claimed' ? [] : [on('claim', {})];
    case 'rectified':
      return [...claim, on('rectify', { words: said ?? '平台已处置', photos: photoIds })];
    case 'sentBack':
      return [on('sendBack', { note: said ?? '平台退回，没有说明理由' })];
    case 'note':
      return [on('addNote', { note: said ?? '' })];
  }
}

export const platformCase = noun({
  name: 'platformCase',
  plural: 'platformCases',
  label: '平台案件',
  shape: PlatformCase,
  seen: { units: ['unitId'] },
  statuses: platformCaseStatusLabels,
  finals: ['returned', 'recalled', 'closed'],
  actions: {
    push: act({
      label: '推送网格平台',
      sentence: '推送到网格平台',
      source: '案件可推送到网格平台，双方编号对照（issue 5-2）',
      by: [...desk, 'system'],
      from: 'new',
      to: 'sending',
      startsFrom: { noun: 'issue', as: 'issueId', refuse: (issue: Issue) => notInHand(issue) },
      input: z.strictObject({
        issueId: id('案件', 'text'),
        subscriptionId: id('网格平台', 'platform'),
        note: note('推送说明').optional(),
      }),
      needs: ['issue', 'platform', 'secretIssueIds'],
      check: (_record, _input, { facts: { issue, platform, secretIssueIds } }) => {
        if (!issue) return refusal('noIssue', '案件不存在或不在您的范围内');
        if (!platform?.isActive)
          return refusal('noPlatform', '网格平台没有登记，或已暂停、停用，请重新选择');
        if (secretIssueIds.includes(issue.id))
          return refusal('secrecy', '含保密来件的案件不能推送到外部平台');
        return notInHand(issue);
      },
      changes: (_record, { issueId, subscriptionId }, { now, facts }) => ({
        issueId,
        subscriptionId,
        unitId: facts.issue?.unitId ?? '',
        foreignNumber: null,
        foreignState: null,
        stateAt: null,
        problem: null,
        pushedAt: now,
        arrivedAt: null,
        endedAt: null,
      }),
    }),

    arrive: act({
      label: '平台收到',
      sentence: '平台收到，平台编号：{foreignNumber}',
      source: '双方编号对照（issue 5-2）',
      by: ['system'],
      from: withPlatform,
      to: ['sent', 'rectified'],
      input: z.strictObject({ foreignNumber: text('平台编号', 80).optional() }),
      changes: (record, { foreignNumber }, { now }) => ({
        status: record.status === 'rectified' ? 'rectified' : 'sent',
        foreignNumber: foreignNumber ?? record.foreignNumber,
        arrivedAt: record.arrivedAt ?? now,
        ...(record.status === 'failed' ? { problem: null } : {}),
      }),
    }),

    fail: act({
      label: '未送达',
      sentence: '没有送达平台：{reason}',
      source: '未送达的可以查看并重新推送（issue 5-10）',
      by: ['system'],
      from: ['sending'],
      to: 'failed',
      input: z.strictObject({ reason: note('原因') }),
      changes: (_record, { reason }) => ({ problem: reason }),
    }),

    advance: act({
      label: '平台状态',
      sentence: '平台状态：{theirs}',
      source: '平台的状态回来成为系统办理的动作（issue 5-2）',
      by: ['system'],
      from: withPlatform,
      to: ['sent', 'rectified', 'returned'],
      input: advanceInput,
      needs: ['issue'],
      check: (_record, { state, words: said }) =>
        state === 'note' && said === undefined ? refusal('noWords', '请填写情况') : undefined,
      changes: (record, { state, theirs, foreignNumber, at }, { now }) => ({
        status:
          state === 'rectified'
            ? 'rectified'
            : state === 'sentBack'
              ? 'returned'
              : record.status === 'rectified'
                ? 'rectified'
                : 'sent',
        foreignNumber: foreignNumber ?? record.foreignNumber,
        foreignState: theirs,
        stateAt: at ?? now,
        problem: null,
        arrivedAt: record.arrivedAt ?? now,
        ...(state === 'sentBack' ? { endedAt: now } : {}),
      }),
      also: (record, input, { facts }) => actsOf(record, input, facts.issue),
    }),

    stumble: act({
      label: '平台状态未采用',
      sentence: '平台状态“{theirs}”没有采用：{reason}',
      source: '不认识或不能办理的状态要能看见（issue 5-2、5-15）',
      by: ['system'],
      from: withPlatform,
      input: z.strictObject({ theirs: text('状态', 40), reason: note('原因') }),
      changes: (_record, { theirs, reason }) => ({ problem: `状态“${theirs}”没有采用：${reason}` }),
    }),

    miss: act({
      label: '告知未送达',
      sentence: '“{what}”没有送达平台：{reason}',
      source: '未送达的可以查看并重新推送（issue 5-10）',
      by: ['system'],
      // Recall and the end are told of a case that is over here.
      from: [...PlatformCaseStatus],
      input: z.strictObject({ what: text('告知的内容', 40), reason: note('原因') }),
      changes: (_record, { what, reason }) => ({ problem: `“${what}”没有送达平台：${reason}` }),
    }),

    rework: act({
      label: '要求返工',
      sentence: '复查不通过，请平台返工',
      source: '不通过返工，同一单位（domain b.2 返工）',
      by: ['system'],
      from: ['rectified'],
      to: 'sent',
      input: nothing,
      // The same state may come again: it is a new one.
      changes: () => ({ foreignState: null, stateAt: null }),
    }),

    recall: act({
      label: '从平台收回',
      sentence: '从平台收回：{note}',
      source: '转办、退单、合并后平台不再办理（domain b.2）',
      by: [...desk, 'system'],
      from: withPlatform,
      to: 'recalled',
      input: z.strictObject({ note: note('理由') }),
      changes: (_record, _input, { now }) => ({ endedAt: now }),
    }),

    close: act({
      label: '结案',
      sentence: '案件已结，告知平台',
      source: '结案状态回传（issue 5-2）',
      by: ['system'],
      from: withPlatform,
      to: 'closed',
      input: nothing,
      changes: (_record, _input, { now }) => ({ endedAt: now }),
    }),
  },
});
