/** Show report 来件与案件的呈现: words and tags shared by the field lists. */
import type { IssueItem, ReportItem } from '../../domain/views.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import { issueStatusLabels } from '../../domain/issueShape.ts';

type Tone = '' | 'good' | 'bad' | 'wait';

const reportTones: Record<ReportItem['status'], Tone> = {
  submitted: 'wait',
  confirming: 'wait',
  joined: '',
  selfHandled: 'good',
  declined: 'bad',
  withdrawn: '',
  answered: 'good',
};

/** Class of a tag in one of four tones. */
export const tagClass = (tone: Tone): string =>
  tone ? `field-tag field-tag-${tone}` : 'field-tag';

export const reportTag = ({ status }: Pick<ReportItem, 'status'>) => ({
  words: reportStatusLabels[status],
  className: tagClass(reportTones[status]),
});

export const issueTag = ({ status }: Pick<IssueItem, 'status'>) => ({
  words: issueStatusLabels[status],
  className: tagClass(
    status === 'closed' || status === 'passed' ? 'good' : status === 'void' ? 'bad' : '',
  ),
});
