/** Call-backs as files 回访导出: their columns. No name, no telephone, no words of secret reports. Source: issue 5-12, 5-13. */
import type { CallbackItem } from './callbackApi.ts';
import {
  callbackStatusLabels,
  callbackWayLabels,
  invalidReasonLabels,
  satisfactionLabels,
  solvedLabels,
} from './callbackShape.ts';
import { channelLabels, complaintLabels } from './channel.ts';
import { columnOf, localMoment, yesNoWord, type DownloadColumn } from './downloadColumn.ts';

const of = columnOf<CallbackItem>();
const source = '回访';

export const callbackColumns: readonly DownloadColumn[] = [
  of('report', '来件编号', {
    width: 18,
    meaning: '回访的来件；每件每次结案回访一次',
    source: '来件',
    cell: ({ reportNumber }) => reportNumber,
  }),
  of('issue', '案件编号', {
    width: 24,
    meaning: '所在案件；市热线的结果没有',
    source: '案件台账',
    cell: ({ issueNumber }) => issueNumber,
  }),
  of('status', '状态', {
    meaning: '导出时的状态；无效回访不进三率的分母',
    source,
    cell: ({ status }) => callbackStatusLabels[status],
  }),
  of('contacted', '是否联系', {
    meaning: '响应率的分子：办理单位联系过诉求人',
    source,
    cell: ({ isContacted }) => (isContacted === null ? null : yesNoWord(isContacted)),
  }),
  of('solved', '是否解决', {
    meaning: '解决率的分子：已解决；部分解决、未解决不计',
    source,
    cell: ({ solved }) => solved && solvedLabels[solved],
  }),
  of('satisfaction', '是否满意', {
    meaning: '满意率的分子：满意计 1，基本满意计 0.9',
    source,
    cell: ({ satisfaction }) => satisfaction && satisfactionLabels[satisfaction],
  }),
  of('why', '原因', {
    width: 40,
    meaning: '诉求人说的原因，手机号、证件号已遮盖；保密来件的不导出',
    source,
    isOpenOnly: true,
    cell: ({ why }) => why,
  }),
  of('invalid', '无效原因', {
    width: 16,
    meaning: '无效回访的原因',
    source,
    cell: ({ invalidReason }) => invalidReason && invalidReasonLabels[invalidReason],
  }),
  of('way', '方式', {
    meaning: '电话回访、凭码自评或市热线回访',
    source,
    cell: ({ way }) => way && callbackWayLabels[way],
  }),
  of('unit', '主办单位', {
    width: 20,
    meaning: '结案时的主办单位',
    source: '案件台账',
    cell: ({ unitName }) => unitName,
  }),
  of('area', '所属区域', {
    width: 22,
    meaning: '结案时的区域',
    source: '区域名录',
    cell: ({ areaName }) => areaName,
  }),
  of('category', '类别', {
    width: 18,
    meaning: '结案时的小类',
    source: '类别标准',
    cell: ({ categoryName }) => categoryName,
  }),
  of('closed', '结案时间', {
    width: 18,
    meaning: '所回访的那次结案（北京时间）',
    source: '案件台账',
    cell: ({ closedAt }) => localMoment(closedAt),
  }),
  of('ended', '回访时间', {
    width: 18,
    meaning: '得到结果或判为无效的时间（北京时间）',
    source,
    cell: ({ endedAt }) => localMoment(endedAt),
  }),
  of('channel', '来源渠道', {
    meaning: '来件的渠道',
    source: '来件',
    isExtra: true,
    cell: ({ channel }) => channelLabels[channel],
  }),
  of('kind', '诉求类型', {
    meaning: '咨询、求助、投诉、举报、建议',
    source: '来件',
    isExtra: true,
    cell: ({ kind }) => kind && complaintLabels[kind],
  }),
  of('outside', '来源编号', {
    width: 22,
    meaning: '来源单位的工单号；责任单位导出时为空',
    source: '来件',
    isExtra: true,
    cell: ({ outsideNumber }) => outsideNumber,
  }),
  of('attempts', '未接通次数', {
    meaning: '拨打未成的次数',
    source,
    isExtra: true,
    cell: ({ attemptCount }) => attemptCount,
  }),
  of('opinion', '复核意见', {
    width: 40,
    meaning: '值班长的复核意见；保密来件的不导出',
    source,
    isExtra: true,
    isOpenOnly: true,
    cell: ({ opinion }) => opinion,
  }),
];
