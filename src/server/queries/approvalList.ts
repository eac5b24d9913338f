/** Approval list 审批: what was asked for, with its issue and what this actor may decide. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { approval, type Approval } from '../../domain/approval.ts';
import { openActions } from '../openActions.ts';
import { askedOf, type QueryContext } from './context.ts';
import { personName } from './names.ts';
import { pageOnIssues } from './onIssue.ts';

export async function approvalList(
  context: QueryContext,
  input: QueryInput<'approvalList'>,
): Promise<QueryOutput<'approvalList'>> {
  const asked = askedOf(context);
  const page = await pageOnIssues<Approval>(context, { ...approval, name: 'approval' }, input);
  return {
    ...page,
    items: page.items.map(({ record, issueNumber, issueWords }) => ({
      ...record,
      issueNumber,
      issueWords,
      askerName: personName(context.master, record.askerId) ?? '系统',
      actions: openActions('approval', record, asked),
    })),
  };
}
