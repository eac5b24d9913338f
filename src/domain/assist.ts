/**
 * Assist 协办: an assisting unit's part of an issue, with its own clock; a subdistrict's dispatch on to
 * its community is an Assist too. All are done or released before the lead unit may rectify.
 * Sources: domain reference b.2 协办; product 4, 5.
 */
import { z } from 'zod';
import { actionOf, noun, type Asked } from './action.ts';
import type { Role } from './access.ts';
import { deadlineOf, Derivation, derive } from './derivation.ts';
import { id, note, photos, unit, words } from './fields.ts';
import type { Issue } from './issueShape.ts';
import { Moment } from './moment.ts';
import { recomputedPart, recomputeRow } from './recompute.ts';
import { notYetDue, refusal, type Refusal } from './refused.ts';
import { timeLimitText } from './timeLimit.ts';
import { keptFields } from './versioned.ts';

export const AssistStatus = ['asked', 'claimed', 'done', 'released'] as const;

export const Assist = z.object({
  ...keptFields(AssistStatus),
  issueId: z.uuid(),
  attempt: z.number().int(),
  unitId: z.uuid(),
  askerUnitId: z.uuid().nullable(),
  task: z.string(),
  result: z.string().nullable(),
  askedAt: Moment,
  claimedAt: Moment.nullable(),
  doneAt: Moment.nullable(),
  due: Moment,
  escalateAt: Moment.nullable(),
  /** How `due` came about; null in records older than this. */
  clock: Derivation.nullable(),
});
export type Assist = z.infer<typeof Assist>;

export const assistStatusLabels: Record<Assist['status'], string> = {
  asked: '待领办',
  claimed: '协办中',
  done: '已完成',
  released: '已释放',
};

const act = actionOf<Assist>();
const handlers: Role[] = ['unitHead', 'officer'];

const notYourPart = (assist: Assist, { actor }: Asked): Refusal | undefined =>
  actor.unitIds.includes(assist.unitId)
    ? undefined
    : refusal('notYourUnit', '这是其他单位的协办任务');

export const assist = noun({
  name: 'assist',
  plural: 'assists',
  label: '协办',
  shape: Assist,
  seen: { units: ['unitId', 'askerUnitId'] },
  statuses: assistStatusLabels,
  finals: ['done', 'released'],
  defaults: { clock: null },
  actions: {
    ask: act({
      label: '请求协办',
      sentence: '请{unitId}协办：{task}',
      source: '多单位事项指定牵头，其余协办（domain b.2）；街道可再派社区（product 5）',
      by: ['desk', 'shiftLeader', 'unitHead'],
      from: 'new',
      to: 'asked',
      startsFrom: {
        noun: 'issue',
        as: 'issueId',
        refuse: (issue: Issue, { actor }) => {
          if (issue.status !== 'dispatched' && issue.status !== 'claimed') {
            return refusal('wrongStatus', '只有待领办、整改中的案件可以请求协办');
          }
          return actor.line === 'handling' && !actor.unitIds.includes(issue.unitId ?? '')
            ? refusal('notYourUnit', '只有主办单位可以请求协办')
            : undefined;
        },
      },
      input: z.strictObject({
        issueId: id('案件', 'text'),
        unitId: unit('协办单位'),
        task: words('协办事项', 500),
      }),
      needs: ['issue', 'unit', 'calendar', 'settings'],
      check: (_record, _input, { actor, facts }) => {
        if (!facts.issue) return refusal('noIssue', '案件不存在或不在您的范围内');
        if (!facts.unit?.isActive) return refusal('noUnit', '单位不存在或已停用，请重新选择');
        return actor.line === 'handling' && !actor.unitIds.includes(facts.issue.unitId ?? '')
          ? refusal('notYourUnit', '只有主办单位可以请求协办')
          : undefined;
      },
      changes: (_record, { issueId, unitId, task }, { now, actor, facts }) => {
        const limit = facts.settings.assistLimit;
        const counted = { from: now, legs: [limit] };
        const deadline = deadlineOf(counted, facts);
        const { due } = deadline;
        return {
          issueId,
          attempt: facts.issue?.attempt ?? 1,
          unitId,
          askerUnitId: actor.unitId,
          task,
          result: null,
          askedAt: now,
          claimedAt: null,
          doneAt: null,
          due,
          escalateAt: due,
          clock: derive('请求协办', deadline, timeLimitText(limit), '协办时限', counted),
        };
      },
      also: (_record, { issueId, unitId }) => [
        { noun: 'issue', id: issueId, action: 'addAssist', input: { unitId } },
      ],
    }),

    claim: act({
      label: '领办协办',
      sentence: '领办协办任务',
      source: '见诉领办（domain c.4）',
      by: handlers,
      from: ['asked'],
      to: 'claimed',
      input: z.strictObject({}),
      refuse: notYourPart,
      changes: (_assist, _input, { now }) => ({ claimedAt: now }),
    }),

    finish: act({
      label: '协办完成',
      sentence: '协办完成：{result}',
      source: '协办各自完成后主办办结（domain b.2）',
      by: handlers,
      from: ['asked', 'claimed'],
      to: 'done',
      input: z.strictObject({ result: words('完成情况', 1000), photos: photos().optional() }),
      needs: ['photos'],
      refuse: notYourPart,
      changes: (_assist, { result }, { now }) => ({ result, doneAt: now, escalateAt: null }),
      also: ({ issueId, unitId }) => [
        { noun: 'issue', id: issueId, action: 'settleAssist', input: { unitId, outcome: 'done' } },
      ],
    }),

    release: act({
      label: '释放协办',
      sentence: '释放协办：{note}',
      source: '不再需要时释放，案件作废、强制结案后由系统释放（issue 3-6）',
      by: ['desk', 'shiftLeader', 'unitHead', 'system'],
      from: ['asked', 'claimed'],
      to: 'released',
      input: z.strictObject({ note: note('原因') }),
      refuse: (record, { actor }) =>
        actor.line === 'handling' && !actor.unitIds.includes(record.askerUnitId ?? '')
          ? refusal('notAsker', '只有提出协办的单位或创城专席可以释放')
          : undefined,
      changes: (_assist, _input, { now }) => ({ doneAt: now, escalateAt: null }),
      also: ({ issueId, unitId }) => [
        {
          noun: 'issue',
          id: issueId,
          action: 'settleAssist',
          input: { unitId, outcome: 'released' },
        },
      ],
    }),

    followUnit: act({
      label: '随单位合并转入',
      sentence: '原单位已合并，转由{unitId}协办',
      source: '单位合并，协办随之转入，时限照旧（architecture 9）',
      by: ['system'],
      from: ['asked', 'claimed'],
      input: z.strictObject({ fromId: id('原单位', 'unit'), unitId: unit('并入的单位') }),
      changes: (record, { fromId, unitId }) => ({
        unitId: record.unitId === fromId ? unitId : record.unitId,
        askerUnitId: record.askerUnitId === fromId ? unitId : record.askerUnitId,
      }),
    }),

    destroyPhoto: act({
      label: '销毁照片',
      sentence: '销毁照片：{reason}',
      source: '不当照片说明理由后销毁，散列和记录保留（issue 3-14）',
      by: ['shiftLeader', 'securityAdmin'],
      from: [...AssistStatus],
      destroys: 'photo',
      input: z.strictObject({ photoId: id('照片', 'photos'), reason: note('理由') }),
      changes: () => ({}),
    }),

    recompute: act(recomputeRow<Assist>(['asked', 'claimed'], recomputedPart)),

    escalate: act({
      label: '协办超时提醒',
      sentence: '协办超时，提醒协办单位负责人',
      source: '超时自动升级（product 5）',
      by: ['system'],
      from: ['asked', 'claimed'],
      input: z.strictObject({ due: Moment }),
      check: (record, _input, { now }) => notYetDue(record.escalateAt, now),
      changes: () => ({ escalateAt: null }),
    }),
  },
});
