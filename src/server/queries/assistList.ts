/** Assist list 协办任务: the parts of assisting units, with their issue and what this actor may do. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { assist, type Assist } from '../../domain/assist.ts';
import { openActions } from '../openActions.ts';
import { askedOf, type QueryContext } from './context.ts';
import { unitName } from './names.ts';
import { pageOnIssues } from './onIssue.ts';

export async function assistList(
  context: QueryContext,
  input: QueryInput<'assistList'>,
): Promise<QueryOutput<'assistList'>> {
  const asked = askedOf(context);
  const page = await pageOnIssues<Assist>(context, { ...assist, name: 'assist' }, input);
  return {
    ...page,
    items: page.items.map(({ record, issueNumber, issueWords }) => ({
      ...record,
      issueNumber,
      issueWords,
      unitName: unitName(context.master, record.unitId) ?? '',
      actions: openActions('assist', record, asked),
    })),
  };
}
