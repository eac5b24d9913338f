/** What hangs on a case as files 审批、协办导出: their columns. Source: issue 5-13. */
import { approvalKindLabels, approvalStatusLabels, type Approval } from './approval.ts';
import { assistStatusLabels, type Assist } from './assist.ts';
import { columnOf, localMoment, type DownloadColumn } from './downloadColumn.ts';

interface OnIssue {
  issueNumber: string;
  issueWords: string;
}

const onIssue = [
  columnOf<OnIssue>()('issueNumber', '案件编号', {
    width: 24,
    meaning: '所属案件的编号',
    source: '案件台账',
    cell: ({ issueNumber }) => issueNumber,
  }),
  columnOf<OnIssue>()('issueWords', '问题描述', {
    width: 50,
    meaning: '所属案件的问题描述；涉及保密来件的不导出',
    source: '案件台账',
    isOpenOnly: true,
    cell: ({ issueWords }) => issueWords,
  }),
];

const ofApproval = columnOf<Approval & { askerName: string }>();

export const approvalColumns: readonly DownloadColumn[] = [
  ...onIssue,
  ofApproval('kind', '申请事项', {
    meaning: '延期、挂账、作废等',
    source: '审批',
    cell: ({ kind }) => approvalKindLabels[kind],
  }),
  ofApproval('status', '审批结果', {
    meaning: '导出时的结果',
    source: '审批',
    cell: ({ status }) => approvalStatusLabels[status],
  }),
  ofApproval('reason', '理由', {
    width: 40,
    meaning: '申请时填写的理由；涉及保密来件的不导出',
    source: '审批',
    isOpenOnly: true,
    cell: ({ reason }) => reason,
  }),
  ofApproval('asker', '申请人', {
    meaning: '提出申请的人员',
    source: '审批',
    cell: ({ askerName }) => askerName,
  }),
  ofApproval('asked', '申请时间', {
    width: 18,
    meaning: '提出的时间（北京时间）',
    source: '审批',
    cell: ({ askedAt }) => localMoment(askedAt),
  }),
  ofApproval('opinion', '审批意见', {
    width: 40,
    meaning: '审批人填写的意见；涉及保密来件的不导出',
    source: '审批',
    isOpenOnly: true,
    cell: ({ opinion }) => opinion,
  }),
  ofApproval('decided', '审批时间', {
    width: 18,
    meaning: '决定的时间（北京时间）',
    source: '审批',
    cell: ({ decidedAt }) => localMoment(decidedAt),
  }),
];

const ofAssist = columnOf<Assist & { unitName: string }>();

export const assistColumns: readonly DownloadColumn[] = [
  ...onIssue,
  ofAssist('unit', '协办单位', {
    width: 20,
    meaning: '被请求协办的单位',
    source: '协办',
    cell: ({ unitName }) => unitName,
  }),
  ofAssist('status', '状态', {
    meaning: '导出时的状态',
    source: '协办',
    cell: ({ status }) => assistStatusLabels[status],
  }),
  ofAssist('task', '协办事项', {
    width: 40,
    meaning: '请求协办的内容；涉及保密来件的不导出',
    source: '协办',
    isOpenOnly: true,
    cell: ({ task }) => task,
  }),
  ofAssist('result', '完成情况', {
    width: 40,
    meaning: '协办单位填写的结果；涉及保密来件的不导出',
    source: '协办',
    isOpenOnly: true,
    cell: ({ result }) => result,
  }),
  ofAssist('asked', '提出时间', {
    width: 18,
    meaning: '请求协办的时间（北京时间）',
    source: '协办',
    cell: ({ askedAt }) => localMoment(askedAt),
  }),
  ofAssist('due', '时限', {
    width: 18,
    meaning: '协办的截止时间（北京时间）',
    source: '时限参数、日历',
    cell: ({ due }) => localMoment(due),
  }),
  ofAssist('done', '了结时间', {
    width: 18,
    meaning: '完成或释放的时间（北京时间）',
    source: '协办',
    cell: ({ doneAt }) => localMoment(doneAt),
  }),
];
