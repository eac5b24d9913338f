/**
 * Notice kinds 通知事项: what a person can be told of outside the product, and in which words. The templates have
 * blanks for numbers, catalogue names, names of places and times only; nothing a person wrote or is called ever
 * leaves. Source: issue 5-11 “templates in Chinese without any personal data”.
 */
import { z } from 'zod';
import type { Line } from './access.ts';
import { localDay, localTime, Moment } from './moment.ts';

export const NoticeKind = z.enum([
  'dispatched',
  'rework',
  'assigned',
  'assist',
  'verify',
  'confirm',
  'sentBack',
  'approval',
  'decided',
  'overdue',
  'system',
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

interface Template {
  label: string;
  words: string;
  /** The lines of posts it is for. */
  lines: readonly Line[];
}

const everyLine: readonly Line[] = ['finding', 'handling', 'office'];

export const noticeTemplates: Record<NoticeKind, Template> = {
  dispatched: { label: '新派案件', words: '新派案件，请在时限内领办', lines: ['handling'] },
  rework: { label: '返工', words: '复查不通过，请返工', lines: ['handling'] },
  assigned: { label: '指派经办', words: '案件指派给您办理', lines: ['handling'] },
  assist: { label: '协办任务', words: '新的协办任务', lines: ['handling'] },
  verify: { label: '复查任务', words: '请到现场复查', lines: ['finding'] },
  confirm: { label: '核实任务', words: '请到现场核实', lines: ['finding'] },
  sentBack: { label: '退单', words: '单位退单，请重新派单', lines: ['office'] },
  approval: { label: '待审批', words: '有申请等待审批', lines: ['office', 'handling'] },
  decided: { label: '审批结果', words: '您的申请已有结果', lines: everyLine },
  overdue: { label: '超时提醒', words: '时限已到仍未办结，请督促办理', lines: everyLine },
  system: { label: '系统提醒', words: '有新的消息', lines: everyLine },
};

/** The kinds that concern a post of a line. */
export const kindsOfLine = (line: Line): NoticeKind[] =>
  NoticeKind.options.filter((kind) => noticeTemplates[kind].lines.includes(line));

const kindOfAction: Record<string, NoticeKind> = {
  'issue.dispatch': 'dispatched',
  'issue.transfer': 'dispatched',
  'issue.fail': 'rework',
  'issue.assign': 'assigned',
  'issue.sendToVerify': 'verify',
  'issue.sendBack': 'sentBack',
  'issue.escalate': 'overdue',
  'report.confirm': 'confirm',
  'report.escalate': 'overdue',
  'assist.ask': 'assist',
  'assist.escalate': 'overdue',
  'approval.ask': 'approval',
  'approval.escalate': 'overdue',
  'approval.grant': 'decided',
  'approval.deny': 'decided',
  'download.count': 'approval',
  'download.grant': 'decided',
  'download.deny': 'decided',
  'download.finish': 'decided',
};

/** What an event that somebody is told of is to that person; whatever has no kind of its own: `system`. */
export const noticeKindOf = (noun: string, action: string): NoticeKind =>
  kindOfAction[`${noun}.${action}`] ?? 'system';

/** What fills the blanks; null where there is nothing, or where it is kept secret. */
export const NoticeContent = z.object({
  /** Of the issue or report. */
  number: z.string().nullable(),
  category: z.string().nullable(),
  /** The name of an area, never an address. */
  place: z.string().nullable(),
  due: Moment.nullable(),
});
export type NoticeContent = z.infer<typeof NoticeContent>;

const timeWords = (due: Moment): string =>
  `${Number(localDay(due).slice(5, 7))}月${Number(localDay(due).slice(8))}日${localTime(due)}`;

/** What the blanks of an SMS template are filled with: 事项, 编号, 地点, 时限. */
export function noticeBlanks(
  kind: NoticeKind,
  { number, category, place, due }: NoticeContent,
): { matter: string; number: string; place: string; due: string } {
  const { label } = noticeTemplates[kind];
  return {
    matter: category ? `${label}（${category}）` : label,
    number: number ?? '见平台',
    place: place ?? '见平台',
    due: due ? timeWords(due) : '见平台',
  };
}

/** `新派案件，请在时限内领办：G110… 暴露垃圾，学府社区，时限 3月4日10:15`. */
export function noticeLine(kind: NoticeKind, content: NoticeContent): string {
  const { number, category, place, due } = content;
  const matter = [number, category].filter(Boolean).join(' ');
  const rest = [matter, place, due ? `时限 ${timeWords(due)}` : null].filter(Boolean).join('，');
  return rest ? `${noticeTemplates[kind].words}：${rest}` : noticeTemplates[kind].words;
}
