/**
 * Open311: the words of GeoReport v2 for what the ledger already knows: categories as services, reports as
 * service requests, and which of them strangers may see. Source: GeoReport v2 (open311.org); issue 5-3.
 */
import type { Category } from './category.ts';
import { complaintLabels, type Channel, type ComplaintKind } from './channel.ts';
import { addMinutes, type Moment } from './moment.ts';
import type { Issue } from './issueShape.ts';
import type { Report } from './reportShape.ts';

export interface Service {
  service_code: string;
  service_name: string;
  description: string;
  metadata: boolean;
  type: 'realtime';
  keywords: string;
  group: string;
}

export interface ServiceAttribute {
  variable: boolean;
  code: string;
  datatype: 'string' | 'text' | 'singlevaluelist';
  required: boolean;
  datatype_description: string | null;
  order: number;
  description: string;
  values: { key: string; name: string }[];
}

/** A category as a service. Every one has attributes, so that `metadata` is always true. */
export const serviceOf = ({
  code,
  name,
  majorName,
  conditions,
  keywords,
}: Pick<Category, 'code' | 'name' | 'majorName' | 'conditions' | 'keywords'>): Service => ({
  service_code: code,
  service_name: name,
  description: conditions.map(({ openWhen }) => openWhen).join('；'),
  metadata: true,
  type: 'realtime',
  keywords: [...new Set([name, ...keywords])].join(', '),
  group: majorName,
});

const yesNo = [
  { key: 'no', name: '否' },
  { key: 'yes', name: '是' },
];

/** The codes of the attributes that may be sent with a request. */
export const attributeCodes = ['CONDITION', 'KIND', 'DANGER', 'CONFIDENTIAL'] as const;
export type AttributeCode = (typeof attributeCodes)[number];

const choice = (
  code: AttributeCode,
  description: string,
  values: ServiceAttribute['values'],
): Omit<ServiceAttribute, 'order'> => ({
  variable: true,
  code,
  datatype: 'singlevaluelist',
  required: false,
  datatype_description: '请选择一项',
  description,
  values,
});

/** What may be said with a report of a category, in the order of asking. */
export function attributesOf({
  conditions,
  collectRule,
}: Pick<Category, 'conditions' | 'collectRule'>): ServiceAttribute[] {
  const rule: Omit<ServiceAttribute, 'order'>[] = collectRule
    ? [
        {
          variable: false,
          code: 'COLLECT_RULE',
          datatype: 'text',
          required: false,
          datatype_description: null,
          description: collectRule,
          values: [],
        },
      ]
    : [];
  return [
    ...rule,
    choice(
      'CONDITION',
      '现场是哪一种情形？',
      conditions.map(({ no, openWhen }) => ({ key: String(no), name: openWhen })),
    ),
    choice(
      'KIND',
      '属于哪一类诉求？',
      Object.entries(complaintLabels).map(([key, name]) => ({ key, name })),
    ),
    choice('DANGER', '是否危及人身安全？', yesNo),
    choice('CONFIDENTIAL', '是否要求保密？保密的上报不对外公开', yesNo),
  ].map((attribute, n) => ({ ...attribute, order: n + 1 }));
}

/** Channels whose reports strangers may look up: found in the street or told by citizens, not within offices. */
export const publicChannels: readonly Channel[] = ['citizen', 'hotline', 'patrol'];

/** Kinds that strangers never see, whatever else is known of them: who is told on might take revenge. */
export const privateKinds: readonly ComplaintKind[] = ['tipOff'];

type ReportStatus = Report['status'];
type IssueStatus = Issue['status'];

/** Statuses of a report that are an end in themselves, whatever its issue does. */
export const endedReports: readonly ReportStatus[] = [
  'answered',
  'selfHandled',
  'declined',
  'withdrawn',
];
/** Statuses of an issue after which its reports are closed. */
export const endedIssues: readonly IssueStatus[] = ['closed', 'void'];

export const isClosed = (report: ReportStatus, issue: IssueStatus | null): boolean =>
  endedReports.includes(report) || (issue !== null && endedIssues.includes(issue));

const reportNotes: Record<ReportStatus, string> = {
  submitted: '已收到，等待受理',
  confirming: '正在现场核实',
  joined: '已受理立案',
  selfHandled: '已现场处置',
  declined: '不予立案',
  withdrawn: '上报人已撤回',
  answered: '已办结并答复',
};

const issueNotes: Record<IssueStatus, string> = {
  accepted: '已受理立案，等待派给责任单位',
  dispatched: '已派给责任单位',
  claimed: '责任单位正在办理',
  rectified: '责任单位已完成整改，等待复查',
  verifying: '正在复查整改结果',
  passed: '复查通过，等待结案',
  closed: '案件已办结',
  void: '案件已作废',
};

/** Why it stands where it stands, in words that hold no free text. */
export const statusNotes = (report: ReportStatus, issue: IssueStatus | null): string =>
  endedReports.includes(report) || issue === null ? reportNotes[report] : issueNotes[issue];

/** A moment in W3C form with the zone of the office: 2026-03-04T10:00:00+08:00. */
export function w3cMoment(moment: Moment): string {
  // A list has hundreds of them; most stay in the same day.
  const hour = Number(moment.slice(11, 13)) + 8;
  const local =
    hour < 24
      ? `${moment.slice(0, 11)}${String(hour).padStart(2, '0')}${moment.slice(13, 19)}`
      : addMinutes(moment, 8 * 60).slice(0, 19);
  return `${local}+08:00`;
}

/** Degrees for strangers: a thousandth, about 100 meters. */
export const coarse = (degrees: number): number => Math.round(degrees * 1000) / 1000;
