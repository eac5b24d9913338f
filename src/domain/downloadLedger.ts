/** The ledger's lists as files 台账导出: cases, reports, approvals, assists, matters without owner. Source: issue 5-13. */
import { channelLabels, complaintLabels, urgencyLabels } from './channel.ts';
import {
  columnOf,
  localMoment,
  yesNoWord,
  type DownloadColumn,
  type DownloadList,
} from './downloadColumn.ts';
import { callbackColumns } from './downloadCallbacks.ts';
import { approvalColumns, assistColumns } from './downloadOnIssue.ts';
import type { OwnerlessItem } from './dutyApi.ts';
import { findingDownload } from './findingDownload.ts';
import { clockLabels, issueStatusLabels } from './issueShape.ts';
import { reportClockLabels, reportStatusLabels } from './reportShape.ts';
import type { IssueItem, ReportItem } from './views.ts';

const ofIssue = columnOf<IssueItem>();
const ledger = '案件台账';

const issueColumns: readonly DownloadColumn[] = [
  ofIssue('number', '案件编号', {
    width: 24,
    meaning: '渠道字母加 19 位数字，全区唯一',
    source: ledger,
    cell: ({ number }) => number,
  }),
  ofIssue('status', '状态', {
    meaning: '导出时所处的环节',
    source: ledger,
    cell: ({ status }) => issueStatusLabels[status],
  }),
  ofIssue('channel', '来源渠道', {
    meaning: '首件来件的渠道',
    source: '来件',
    cell: ({ channel }) => channelLabels[channel],
  }),
  ofIssue('category', '类别', {
    width: 18,
    meaning: '立案时认定的小类',
    source: '类别标准',
    cell: ({ categoryName }) => categoryName,
  }),
  ofIssue('description', '问题描述', {
    width: 50,
    meaning: '立案时的问题描述，手机号、证件号已遮盖；涉及保密来件的不导出',
    source: ledger,
    isOpenOnly: true,
    cell: ({ description }) => description,
  }),
  ofIssue('address', '地址', {
    width: 30,
    meaning: '发生地点的文字描述；涉及保密来件的不导出',
    source: ledger,
    isOpenOnly: true,
    cell: ({ address }) => address,
  }),
  ofIssue('area', '所属区域', {
    width: 22,
    meaning: '所在街道、社区、网格',
    source: '区域名录',
    cell: ({ areaName }) => areaName,
  }),
  ofIssue('unit', '主办单位', {
    width: 20,
    meaning: '导出时的主办单位，未派单为空',
    source: ledger,
    cell: ({ unitName }) => unitName,
  }),
  ofIssue('clock', '计时环节', {
    meaning: '正在计时的环节；挂账、了结后为空',
    source: '时限参数',
    cell: ({ clock }) => clock && clockLabels[clock],
  }),
  ofIssue('due', '时限', {
    width: 18,
    meaning: '正在计时的环节的截止时间（北京时间）',
    source: '时限参数、日历',
    cell: ({ due }) => localMoment(due),
  }),
  ofIssue('overdue', '是否超期', {
    width: 10,
    meaning: '导出时已过截止时间',
    source: '按时限计算',
    cell: ({ isOverdue }) => yesNoWord(isOverdue),
  }),
  ofIssue('accepted', '立案时间', {
    width: 18,
    meaning: '立案的时间（北京时间）',
    source: ledger,
    cell: ({ acceptedAt }) => localMoment(acceptedAt),
  }),
  ofIssue('categoryCode', '类别代码', {
    meaning: '小类代码',
    source: '类别标准',
    isExtra: true,
    cell: ({ categoryCode }) => categoryCode,
  }),
  ofIssue('areaCode', '区域代码', {
    width: 18,
    meaning: '区划或网格代码',
    source: '区域名录',
    isExtra: true,
    cell: ({ areaCode }) => areaCode,
  }),
  ofIssue('officer', '经办人', {
    meaning: '主办单位指定的经办人',
    source: ledger,
    isExtra: true,
    cell: ({ officerName }) => officerName,
  }),
  ofIssue('urgency', '紧急程度', {
    meaning: '首件来件的紧急程度',
    source: '来件',
    isExtra: true,
    cell: ({ urgency }) => urgencyLabels[urgency],
  }),
  ofIssue('urgent', '标为紧急', {
    width: 10,
    meaning: '专席标为紧急，昼夜计时',
    source: ledger,
    isExtra: true,
    cell: ({ isUrgent }) => yesNoWord(isUrgent),
  }),
  ofIssue('held', '挂账', {
    width: 10,
    meaning: '挂账或缓办，停止计时',
    source: ledger,
    isExtra: true,
    cell: ({ isHeld }) => yesNoWord(isHeld),
  }),
  ofIssue('recurring', '反弹', {
    width: 10,
    meaning: '同类别同地点结案后再次发生',
    source: ledger,
    isExtra: true,
    cell: ({ recurring }) => yesNoWord(recurring),
  }),
  ofIssue('attempt', '办理次数', {
    width: 10,
    meaning: '第几次办理，返工加一',
    source: ledger,
    isExtra: true,
    cell: ({ attempt }) => attempt,
  }),
  ofIssue('reports', '来件数', {
    width: 10,
    meaning: '并入本案的来件数',
    source: ledger,
    isExtra: true,
    cell: ({ reportCount }) => reportCount,
  }),
];

const ofReport = columnOf<ReportItem>();

const reportColumns: readonly DownloadColumn[] = [
  ofReport('number', '来件编号', {
    width: 18,
    meaning: '14 位数字，全区唯一',
    source: '来件',
    cell: ({ number }) => number,
  }),
  ofReport('channel', '渠道', {
    meaning: '从哪里来',
    source: '来件',
    cell: ({ channel }) => channelLabels[channel],
  }),
  ofReport('status', '状态', {
    meaning: '导出时所处的环节',
    source: '来件',
    cell: ({ status }) => reportStatusLabels[status],
  }),
  ofReport('content', '内容', {
    width: 50,
    meaning: '来件内容，手机号、证件号已遮盖；保密来件和举报不导出',
    source: '来件',
    isOpenOnly: true,
    cell: ({ content }) => content,
  }),
  ofReport('category', '类别（初判）', {
    width: 18,
    meaning: '受理前的初步判断，立案时可能改变',
    source: '类别标准',
    cell: ({ categoryName }) => categoryName,
  }),
  ofReport('address', '地址', {
    width: 30,
    meaning: '发生地点的文字描述；保密来件和举报不导出',
    source: '来件',
    isOpenOnly: true,
    cell: ({ address }) => address,
  }),
  ofReport('area', '区域', {
    width: 22,
    meaning: '所在街道、社区、网格',
    source: '区域名录',
    cell: ({ areaName }) => areaName,
  }),
  ofReport('clock', '计时环节', {
    meaning: '正在计时的环节',
    source: '时限参数',
    cell: ({ clock }) => clock && reportClockLabels[clock],
  }),
  ofReport('due', '时限', {
    width: 18,
    meaning: '正在计时的环节的截止时间（北京时间）',
    source: '时限参数、日历',
    cell: ({ due }) => localMoment(due),
  }),
  ofReport('submitted', '来件时间', {
    width: 18,
    meaning: '收到的时间（北京时间）',
    source: '来件',
    cell: ({ submittedAt }) => localMoment(submittedAt),
  }),
  ofReport('overdue', '是否超期', {
    width: 10,
    meaning: '导出时已过截止时间',
    source: '按时限计算',
    isExtra: true,
    cell: ({ isOverdue }) => yesNoWord(isOverdue),
  }),
  ofReport('categoryCode', '类别代码', {
    meaning: '小类代码',
    source: '类别标准',
    isExtra: true,
    cell: ({ categoryCode }) => categoryCode,
  }),
  ofReport('areaCode', '区域代码', {
    width: 18,
    meaning: '区划或网格代码',
    source: '区域名录',
    isExtra: true,
    cell: ({ areaCode }) => areaCode,
  }),
  ofReport('sender', '来源单位', {
    meaning: '转来的外部系统',
    source: '来件',
    isExtra: true,
    cell: ({ senderName }) => senderName,
  }),
  ofReport('outsideNumber', '来源编号', {
    width: 22,
    meaning: '外部系统的工单号，可凭此到来源系统核对；保密来件和举报不导出',
    source: '来件',
    isExtra: true,
    isOpenOnly: true,
    cell: ({ outsideNumber }) => outsideNumber,
  }),
  ofReport('kind', '诉求类型', {
    meaning: '咨询、求助、投诉、举报、建议',
    source: '来件',
    isExtra: true,
    cell: ({ kind }) => kind && complaintLabels[kind],
  }),
  ofReport('urgency', '紧急程度', {
    meaning: '决定受理和答复时限',
    source: '来件',
    isExtra: true,
    cell: ({ urgency }) => urgencyLabels[urgency],
  }),
  ofReport('claimed', '先行领办', {
    width: 18,
    meaning: '单位先行领办的时间（北京时间）',
    source: '来件',
    isExtra: true,
    cell: ({ claimedAt }) => localMoment(claimedAt),
  }),
];

const ofOwnerless = columnOf<OwnerlessItem>();

const ownerlessColumns: readonly DownloadColumn[] = [
  ...issueColumns,
  ofOwnerless('site', '点位', {
    width: 20,
    meaning: '登记的点位，没有为空；涉及保密来件的不导出',
    source: '点位名录',
    isOpenOnly: true,
    cell: ({ siteName }) => siteName,
  }),
  ofOwnerless('why', '无主原因', {
    width: 30,
    meaning: '为什么由属地兜底',
    source: '责任分解表',
    cell: ({ reason }) => reason,
  }),
];

const byIssue = { noun: 'issue', field: 'issueId' } as const;
const itself = { noun: 'issue', field: 'id' } as const;

export const ledgerLists = {
  issueList: { label: '案件台账', columns: issueColumns, secrecy: itself },
  reportList: {
    label: '来件列表',
    columns: reportColumns,
    secrecy: { noun: 'report', field: 'id' },
  },
  approvalList: { label: '审批列表', columns: approvalColumns, secrecy: byIssue },
  assistList: { label: '协办任务', columns: assistColumns, secrecy: byIssue },
  callbackList: {
    label: '回访',
    columns: callbackColumns,
    secrecy: { noun: 'report', field: 'reportId' },
  },
  findingList: {
    label: '测评发现',
    columns: findingDownload,
    secrecy: { noun: 'report', field: 'reportId' },
  },
  ownerlessList: { label: '无主案件清单', columns: ownerlessColumns, secrecy: itself },
} as const satisfies Record<string, DownloadList>;
