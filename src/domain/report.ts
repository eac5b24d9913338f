/**
 * Report 上报、来件: what arrives, before it is an issue. It keeps its channel, its outside number, its
 * own clocks (受理, 核实, 答复) and, from the hotline, later its own three rates. Several reports may join
 * one issue; each reporter is answered. Its columns are in `reportShape.ts`.
 * Sources: domain reference b.1, c.1, c.5; product “The loop” 1–3.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { id, note, photos, post, words } from './fields.ts';
import { Moment } from './moment.ts';
import type { Issue } from './issueShape.ts';
import { isSecret } from './likeness.ts';
import { isDayAndNight } from './issueClock.ts';
import { notYetDue, refusal, type Refusal } from './refused.ts';
import { recomputedReport, recomputeRow } from './recompute.ts';
import { amend } from './reportAmend.ts';
import { reminderAt, reportClock } from './reportClock.ts';
import { Report, ReportClock, ReportStatus, reportStatusLabels } from './reportShape.ts';
import { reporters, submit } from './reportSubmit.ts';
import type { Role } from './access.ts';

const act = actionOf<Report>();
const desk: Role[] = ['desk', 'shiftLeader'];
/** Nothing more is to be done with the report: no clock runs. */
const over = { acceptDue: null, confirmDue: null, answerDue: null, escalateAt: null };
const withdrawnWords = '已按上报人要求撤回';

/**
 * Joined to an issue: the answer clock goes on if there is one. The moments of the other clocks stay, so
 * that leaving the issue again gives no new time.
 */
const joinedTo = (record: Report, issueId: string): Partial<Report> => ({
  issueId,
  statusBeforeJoin: record.status,
  escalateAt: reminderAt(record, 'joined'),
});

/** Answered is only who belongs to an issue that ended: closed, void, or merged into one that did. */
const notEnded = (issue: Issue | null): Refusal | undefined =>
  issue?.status === 'closed' || issue?.status === 'void'
    ? undefined
    : refusal('notClosed', '案件结案后再答复上报人');

export const report = noun({
  name: 'report',
  plural: 'reports',
  label: '上报',
  shape: Report,
  seen: { areas: ['areaCode'], persons: ['reporterId', 'confirmerId'] },
  defaults: { outsideClass: null, complainantEmail: null },
  statuses: reportStatusLabels,
  finals: ['answered', 'selfHandled', 'declined', 'withdrawn'],
  actions: {
    submit,
    amend,

    confirm: act({
      label: '核实',
      sentence: '要求现场核实：{note}',
      source: '公众举报先核实后立案（domain b.1 案卷建立；核实任务 24 小时 S[YC]）',
      by: desk,
      from: ['submitted'],
      to: 'confirming',
      input: z.strictObject({
        postId: post('核实人').optional(),
        note: note('核实要求').optional(),
      }),
      needs: ['calendar', 'settings', 'post'],
      check: (_record, { postId }, { facts: { post: chosen } }) =>
        postId && (!chosen?.isActive || chosen.line !== 'finding')
          ? refusal('notFinding', '核实须由发现核查线的在岗人员承担，请另选')
          : undefined,
      changes: (record, { postId }, { now, facts }) => {
        const { due, clocks } = reportClock(
          record,
          'confirm',
          now,
          facts.settings.confirmLimit,
          facts,
        );
        return {
          confirmPostId: postId ?? null,
          confirmerId: facts.post?.personId ?? null,
          confirmResult: null,
          confirmDue: due,
          clocks,
          escalateAt: due,
          escalatedClock: record.escalatedClock === 'confirm' ? null : record.escalatedClock,
        };
      },
    }),

    answerConfirm: act({
      label: '反馈核实结果',
      sentence: '反馈核实结果',
      source: '核实：上报是否属实（domain b.1）',
      by: ['gridWorker', 'assessor', 'desk', 'shiftLeader'],
      from: ['confirming'],
      to: 'submitted',
      input: z.strictObject({
        result: z.enum(['true', 'false', 'unclear']).meta({ title: '核实结果', kind: 'text' }),
        words: words('现场情况', 1000),
        photos: photos().optional(),
      }),
      needs: ['photos'],
      refuse: (record, { actor }) =>
        actor.line === 'finding' && record.confirmerId && record.confirmerId !== actor.personId
          ? refusal('notYourTask', '这件核实任务交给了他人')
          : undefined,
      changes: (record, { result, words: found, photos: added }, { actor }) => ({
        confirmResult: result,
        confirmWords: found,
        confirmerId: record.confirmerId ?? actor.personId,
        confirmDue: null,
        escalateAt: reminderAt(record, 'submitted'),
        photoCount: record.photoCount + (added?.length ?? 0),
      }),
    }),

    /** Inner half of accepting and joining: ties the report to its issue. */
    attach: act({
      label: '归入案件',
      sentence: '归入案件',
      source: '一案多诉求，各留时限和结果（domain c.5）',
      by: desk,
      isInner: true,
      from: ['submitted', 'confirming'],
      to: 'joined',
      input: z.strictObject({ issueId: id('案件', 'text') }),
      changes: (record, { issueId }) => joinedTo(record, issueId),
    }),

    join: act({
      label: '并入已有案件',
      sentence: '并入已有案件',
      source: '同一问题只立一案，合并诉求（domain c.5；b.1 重复件 50 米 24 小时）',
      by: desk,
      from: ['submitted', 'confirming'],
      to: 'joined',
      input: z.strictObject({ issueId: id('案件', 'text') }),
      needs: ['secretIssueIds'],
      check: (record, { issueId }, { facts }) =>
        isSecret(record) === facts.secretIssueIds.includes(issueId)
          ? undefined
          : refusal('secrecy', '保密的来件和不保密的案件不能合在一起，请单独立案或另选案件'),
      changes: (record, { issueId }) => joinedTo(record, issueId),
      also: (record, { issueId }) => [
        {
          noun: 'issue',
          id: issueId,
          action: 'addReport',
          input: { reportId: record.id, isDayAndNight: isDayAndNight(record) },
        },
      ],
    }),

    leave: act({
      label: '撤出案件',
      sentence: '从案件中撤出：{note}',
      source: '并件可撤销，时限照旧（product 3；issue 3-7）',
      by: desk,
      from: ['joined'],
      to: ['submitted', 'confirming'],
      input: z.strictObject({ note: note('原因') }),
      needs: ['issue'],
      check: (_record, _input, { facts: { issue } }) =>
        issue?.mergedInto
          ? refusal('merged', '所属案件已合并到其他案件，请先拆分合并的案件')
          : undefined,
      changes: (record) => {
        const status = record.statusBeforeJoin ?? 'submitted';
        return {
          status,
          issueId: null,
          statusBeforeJoin: null,
          isAnswerOpen: false,
          escalateAt: reminderAt(record, status),
        };
      },
      also: (record) => [
        {
          noun: 'issue',
          id: record.issueId ?? '',
          action: 'removeReport',
          input: { reportId: record.id },
        },
      ],
    }),

    selfHandle: act({
      label: '自行处置',
      sentence: '现场自行处置',
      source: '自行处置：轻微问题现场处置，前后照片，只计数不派单（domain b.1）',
      by: ['gridWorker'],
      from: ['submitted'],
      to: 'selfHandled',
      input: z.strictObject({ words: words('处置情况', 1000), photos: photos('处置后照片') }),
      needs: ['photos'],
      refuse: (record, { actor }) =>
        record.reporterId === actor.personId
          ? undefined
          : refusal('notYours', '只能自行处置本人上报的问题'),
      check: (_record, input) =>
        input.photos.length === 0 ? refusal('noPhoto', '请拍摄处置后的照片') : undefined,
      changes: (record, { words: done, photos: added }, { now }) => ({
        answer: done,
        answeredAt: now,
        photoCount: record.photoCount + added.length,
        ...over,
      }),
    }),

    decline: act({
      label: '不予立案',
      sentence: '不予立案：{reason}',
      source: '不符合立案条件的作废并说明理由（domain b.2 作废）',
      by: desk,
      from: ['submitted', 'confirming'],
      to: 'declined',
      input: z.strictObject({ reason: note('理由') }),
      changes: (_record, { reason }, { now }) => ({
        declineReason: reason,
        answer: reason,
        answeredAt: now,
        ...over,
      }),
    }),

    withdraw: act({
      label: '撤回',
      sentence: '撤回上报：{reason}',
      source: '上报人可在立案前撤回（issue 3-6）',
      by: reporters,
      from: ['submitted', 'confirming'],
      to: 'withdrawn',
      input: z.strictObject({
        reason: note('原因'),
        /** A load is undone: the same order number may come in again. */
        releasesNumber: z.literal(true).optional(),
      }),
      refuse: (record, { actor }) => {
        if (record.originNoun === 'finding')
          return refusal('fromFinding', '这件来自测评发现，请由检查方在测评发现中撤回');
        return desk.includes(actor.role) || record.reporterId === actor.personId
          ? undefined
          : refusal('notYours', '只能撤回本人上报的问题；应上报人要求撤回的，由创城专席办理');
      },
      check: (_record, { releasesNumber }, { actor }) =>
        releasesNumber && !desk.includes(actor.role)
          ? refusal('notYours', '撤销导入由创城专席办理')
          : undefined,
      changes: (_record, { releasesNumber }, { now }) => ({
        answer: withdrawnWords,
        answeredAt: now,
        ...(releasesNumber ? { outsideNumber: null } : {}),
        ...over,
      }),
    }),

    /** The inspecting side took back the finding that is its origin. */
    retract: act({
      label: '随发现撤回',
      sentence: '测评发现撤回，来件随之撤回',
      source: '检查方可在受理前撤回测评发现（issue 5-4）',
      by: ['assessor', 'supervisor', ...desk],
      isInner: true,
      from: ['submitted', 'confirming'],
      to: 'withdrawn',
      input: z.strictObject({}),
      changes: (_record, _input, { now }) => ({
        answer: '测评发现已撤回',
        answeredAt: now,
        ...over,
      }),
    }),

    /** The issue was closed: an answer is due. Performed by the system for each joined report. */
    openAnswer: act({
      label: '待答复',
      sentence: '案件已结，等待答复上报人',
      source: '结案后逐一答复来件（product 3；issue 3-6）',
      by: ['system'],
      from: ['joined'],
      input: z.strictObject({}),
      needs: ['issue'],
      refuse: (record) => (record.isAnswerOpen ? refusal('open', '已在等待答复') : undefined),
      check: (_record, _input, { facts }) => notEnded(facts.issue),
      changes: () => ({ isAnswerOpen: true }),
    }),

    /** The issue was reopened: the answer waits again. Performed by the system for each joined report. */
    closeAnswer: act({
      label: '暂缓答复',
      sentence: '案件重开，结案后再答复上报人',
      source: '“未解决”重开（product 8）；结案后逐一答复来件（product 3）',
      by: ['system'],
      from: ['joined'],
      input: z.strictObject({}),
      refuse: (record) => (record.isAnswerOpen ? undefined : refusal('notOpen', '尚未开放答复')),
      changes: () => ({ isAnswerOpen: false }),
    }),

    answer: act({
      label: '答复',
      sentence: '答复上报人',
      source: '一般 7 日、复杂 15 日内反馈诉求人（domain c.1 feedback）',
      by: desk,
      from: ['joined'],
      to: 'answered',
      input: z.strictObject({ answer: words('答复内容', 2000) }),
      needs: ['issue'],
      refuse: (record) =>
        record.isAnswerOpen ? undefined : refusal('notClosed', '案件结案后再答复上报人'),
      check: (_record, _input, { facts }) => notEnded(facts.issue),
      changes: (_record, { answer }, { now }) => ({
        answer,
        answeredAt: now,
        isAnswerOpen: false,
        escalateAt: null,
      }),
    }),

    recompute: act(recomputeRow<Report>(['submitted', 'confirming', 'joined'], recomputedReport)),

    escalate: act({
      label: '超时提醒',
      sentence: '{clock}超时，提醒创城专席',
      source: '超时自动升级（product 5）',
      by: ['system'],
      from: ['submitted', 'confirming', 'joined'],
      input: z.strictObject({ clock: ReportClock, due: Moment }),
      check: (record, _input, { now }) => notYetDue(record.escalateAt, now),
      changes: (_record, { clock }) => ({ escalateAt: null, escalatedClock: clock }),
    }),

    reveal: act({
      label: '查看诉求人',
      sentence: '查看诉求人信息：{reason}',
      source: '诉求人信息按角色加事由查看并留痕（domain i 12345 protection）',
      by: ['desk', 'shiftLeader', 'auditAdmin'],
      from: [...ReportStatus],
      input: z.strictObject({ reason: note('事由') }),
      refuse: (record) =>
        record.isAnonymized ? refusal('anonymized', '诉求人信息已销毁，无法查看') : undefined,
      changes: () => ({}),
    }),

    destroyPhoto: act({
      label: '销毁照片',
      sentence: '销毁照片：{reason}',
      source: '不当照片说明理由后销毁，散列和记录保留（issue 3-14）',
      by: ['shiftLeader', 'securityAdmin'],
      from: [...ReportStatus],
      destroys: 'photo',
      input: z.strictObject({ photoId: id('照片', 'photos'), reason: note('理由') }),
      changes: () => ({}),
    }),

    anonymize: act({
      label: '销毁诉求人信息',
      sentence: '销毁诉求人信息：{reason}',
      source: '保存期限届满或本人要求时删除个人信息（domain i PIPL 44–48）',
      by: ['securityAdmin'],
      from: [...ReportStatus],
      destroys: 'secrets',
      input: z.strictObject({ reason: note('事由') }),
      refuse: (record) =>
        record.isAnonymized ? refusal('anonymized', '诉求人信息已经销毁') : undefined,
      changes: () => ({ isAnonymized: true }),
    }),
  },
});
