/** Download words 导出用语: filters in words, and the page of a file that explains it. Source: issue 5-13. */
import { satisfactionLabels, solvedLabels } from './callbackShape.ts';
import { channelLabels } from './channel.ts';
import type { Download } from './download.ts';
import type { DownloadColumn } from './downloadColumn.ts';
import { localDay, localTime, type Moment } from './moment.ts';

/** Names of what filters hold as codes and ids; the code itself when there is none. */
export interface FilterNames {
  area(code: string): string | undefined;
  category(code: string): string | undefined;
  unit(id: string): string | undefined;
  site(id: string): string | undefined;
  status(list: string, status: string): string | undefined;
}

const titles: Record<string, string> = {
  status: '状态',
  channel: '渠道',
  area: '区域',
  category: '类别',
  clock: '时限',
  from: '从',
  to: '到',
  unit: '单位',
  site: '点位',
  load: '导入批次',
  mine: '与我有关',
  sort: '排序',
  state: '状态',
  role: '角色',
  major: '大类',
  kind: '部件/事件',
  layer: '层级',
  pending: '待核',
  at: '日期',
  callable: '可拨打',
  solved: '是否解决',
  satisfaction: '是否满意',
  sender: '来源单位',
};

const values: Record<string, Record<string, string>> = {
  channel: channelLabels,
  clock: { overdue: '已超期', dueSoon: '临期', onTime: '未到期', held: '挂账' },
  mine: { '1': '是' },
  callable: { '1': '是' },
  solved: solvedLabels,
  satisfaction: satisfactionLabels,
  pending: { '1': '是' },
  sort: { newest: '按时间', due: '按时限' },
  state: { active: '在用', retired: '停用', locked: '已锁定' },
  kind: { part: '部件', incident: '事件' },
  layer: { base: '基础', own: '本区' },
};

/** '状态：待派单、待领办；区域：清河街道'; '全部' without filters. */
export function filterWords(
  { list, filters, words }: Pick<Download, 'list' | 'filters' | 'words'>,
  names: FilterNames,
): string {
  const valueOf = (key: string, value: string): string | undefined => {
    if (key === 'area') return names.area(value);
    if (key === 'category') return names.category(value);
    if (key === 'unit') return names.unit(value);
    if (key === 'site') return names.site(value);
    return (key === 'status' ? names.status(list, value) : undefined) ?? values[key]?.[value];
  };
  const parts = Object.entries(filters).map(([key, text]) => {
    const shown = text.split(',').map((value) => valueOf(key, value) ?? value);
    return `${titles[key] ?? key}：${shown.join('、')}`;
  });
  return [...parts, ...(words ? [`查找：${words}`] : [])].join('；') || '全部';
}

/** Who took out what, when: stands in the file, so that a copy of it tells where it came from. */
export interface Watermark {
  id: string;
  districtName: string;
  label: string;
  askerName: string;
  askerPost: string;
  at: Moment;
  filterWords: string;
  rowCount: number;
  deciderName: string | null;
}

/** '张三（值班长） 2026-10-09 16:40 导出'. */
export const markLine = ({ askerName, askerPost, at }: Watermark): string =>
  `${askerName}（${askerPost}） ${localDay(at)} ${localTime(at)} 导出`;

/**
 * '案件台账-张三-值班长-2026-10-09-1640': the mark in the file's own name, for in a CSV file there is nothing but
 * rows. Signs that no file name may hold become blanks.
 */
export const fileTitle = ({
  label,
  askerName,
  askerPost,
  at,
}: Omit<Watermark, 'rowCount'>): string =>
  [label, askerName, askerPost, localDay(at), localTime(at).replace(':', '')]
    .join('-')
    .replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ');

/** The definitions 字段说明: what the file is, then each heading with its meaning and source. */
export const definitionLines = (
  mark: Watermark,
  columns: readonly Pick<DownloadColumn, 'title' | 'meaning' | 'source'>[],
): string[][] => [
  ['列表', `${mark.districtName} ${mark.label}`],
  ['导出人', `${mark.askerName}（${mark.askerPost}）`],
  ['导出时间', `${localDay(mark.at)} ${localTime(mark.at)}（北京时间）`],
  ['筛选条件', mark.filterWords],
  ['行数', String(mark.rowCount)],
  ...(mark.deciderName ? [['审批人', mark.deciderName]] : []),
  ['导出编号', mark.id],
  ['使用要求', '仅限工作使用，不得对外提供；不含诉求人信息。每次导出和下载均已留痕。'],
  ['说明', "以 = + - @ 开头的内容前面加有一个 ' ，以免被当作公式。"],
  [],
  ['列', '含义', '来源'],
  ...columns.map(({ title, meaning, source }) => [title, meaning, source]),
];
