/** Findings as a file 测评发现导出: its columns. Source: issue 5-13. */
import { columnOf, localMoment, type DownloadColumn } from './downloadColumn.ts';
import { finding } from './finding.ts';
import type { FindingItem } from './findingApi.ts';
import { issueStatusLabels } from './issueShape.ts';
import { reportStatusLabels } from './reportShape.ts';

const ofFinding = columnOf<FindingItem>();
const source = '测评发现';

export const findingDownload: readonly DownloadColumn[] = [
  ofFinding('item', '检查项目', {
    width: 40,
    meaning: '测评清单里的项目；涉及保密来件的不导出',
    isOpenOnly: true,
    source,
    cell: ({ item }) => item,
  }),
  ofFinding('words', '问题描述', {
    width: 40,
    meaning: '看到的情况；电话、证件号码已脱敏；涉及保密来件的不导出',
    isOpenOnly: true,
    source,
    cell: ({ words }) => words,
  }),
  ofFinding('measure', '数量', { meaning: '测得的数量', source, cell: ({ measure }) => measure }),
  ofFinding('measureUnit', '单位', {
    meaning: '数量的计量单位',
    source,
    cell: ({ measureUnit }) => measureUnit,
  }),
  ofFinding('category', '小类', {
    width: 18,
    meaning: '登记时写明的小类，没有为空',
    source: '类别',
    cell: ({ categoryName }) => categoryName,
  }),
  ofFinding('site', '点位', {
    width: 20,
    meaning: '登记的点位，没有为空',
    source: '点位名录',
    cell: ({ siteName }) => siteName,
  }),
  ofFinding('area', '所属区域', {
    width: 24,
    meaning: '街道、社区',
    source: '区域',
    cell: ({ areaName }) => areaName,
  }),
  ofFinding('address', '地点', {
    width: 30,
    meaning: '用文字写明的位置；涉及保密来件的不导出',
    isOpenOnly: true,
    source,
    cell: ({ address }) => address,
  }),
  ofFinding('unit', '被检查单位', {
    width: 20,
    meaning: '点位的责任单位',
    source: '点位名录',
    cell: ({ unitName }) => unitName,
  }),
  ofFinding('assessor', '测评员', {
    meaning: '检查的人',
    source,
    cell: ({ assessorName }) => assessorName,
  }),
  ofFinding('found', '检查时间', {
    width: 18,
    meaning: '检查的时间（北京时间）',
    source,
    cell: ({ foundAt }) => localMoment(foundAt),
  }),
  ofFinding('photos', '照片数', {
    meaning: '登记的照片张数',
    source,
    cell: ({ photoCount }) => photoCount,
  }),
  ofFinding('status', '状态', {
    meaning: '有效或已撤回',
    source,
    cell: ({ status }) => finding.statuses[status] ?? status,
  }),
  ofFinding('report', '来件编号', {
    width: 18,
    meaning: '随之登记的来件',
    source: '来件',
    cell: ({ reportNumber }) => reportNumber,
  }),
  ofFinding('state', '办理情况', {
    meaning: '案件的状态，没有立案的为来件的状态',
    source: '案件台账、来件',
    cell: ({ issueStatus, reportStatus }) =>
      issueStatus ? issueStatusLabels[issueStatus] : reportStatusLabels[reportStatus],
  }),
  ofFinding('issue', '案件编号', {
    width: 24,
    meaning: '立案的案件，没有为空',
    source: '案件台账',
    cell: ({ issueNumber }) => issueNumber,
  }),
];
