/** Action groups 办理分组: in which of the four groups of a page an action stands. */
import type { OpenAction } from '../../domain/views.ts';

export const groupTitles = ['办理', '协同', '审批', '其他'] as const;
type Group = (typeof groupTitles)[number];

const groupOfAction: Record<string, Group> = {
  'assist.ask': '协同',
  'platformCase.push': '协同',
  'platformCase.recall': '协同',
  'issue.merge': '协同',
  'issue.unmerge': '协同',
  'approval.ask': '审批',
  'issue.extend': '审批',
  'issue.hold': '审批',
  'issue.void': '审批',
  'issue.forceClose': '审批',
  'issue.exempt': '审批',
  'issue.acceptLate': '审批',
  'issue.nameOwner': '其他',
  'issue.markUrgent': '其他',
  'issue.addNote': '其他',
  'issue.addPhotos': '其他',
  'issue.destroyPhoto': '其他',
  'report.destroyPhoto': '其他',
  'report.anonymize': '其他',
  'report.reveal': '其他',
  'report.amend': '其他',
};

export const groupOf = ({ noun, action }: OpenAction): Group =>
  groupOfAction[`${noun}.${action}`] ?? '办理';

/** Actions that end or destroy something, shown in red. */
export const isDangerous = ({ action }: OpenAction): boolean =>
  ['void', 'forceClose', 'destroyPhoto', 'anonymize', 'retire', 'decline'].includes(action);
