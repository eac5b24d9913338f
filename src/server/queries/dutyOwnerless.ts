/** Ownerless list 无主案件清单: what the territory handles because nobody knows whose it is, for the joint meeting. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { dutyRuleName } from '../../domain/dutySuggestion.ts';
import { toRecord } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, type QueryContext } from './context.ts';
import { issueItem } from './issueItem.ts';
import { issueConditions } from './issueList.ts';
import { allColumns, readPage } from './page.ts';

/** Why it stands on the list, in words. */
function reasonOf(issue: Issue, master: MasterData, district: string): string {
  const rule = master.dutyRules.find(({ id }) => id === issue.dutyRuleId);
  if (rule) {
    const name = dutyRuleName({ code: rule.code, isOwn: rule.district === district });
    return `应由权属单位承担（${name}），权属不明`;
  }
  return issue.siteId ? '点位没有登记权属单位，没有对应规则' : '不在登记点位上，没有对应规则';
}

export async function ownerlessList(
  context: QueryContext,
  input: QueryInput<'ownerlessList'>,
): Promise<QueryOutput<'ownerlessList'>> {
  const { master, district } = context;
  const asked = askedOf(context);
  const { cursor, limit, ...filters } = input;
  const page = await readPage(context, {
    alias: 'i',
    select: allColumns('issue', 'i'),
    from: sql`issue i`,
    where: [...issueConditions(context, filters), sql`i.is_ownerless`],
    order: { name: 'ownerless', column: 'accepted_at', direction: 'desc' },
    cursor,
    limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const issue = toRecord<Issue>('issue', row);
      return {
        ...issueItem(issue, master, asked),
        siteName: master.sites.get(issue.siteId ?? '')?.name ?? null,
        conditionNo: issue.conditionNo,
        reason: reasonOf(issue, master, district),
        actions: openActions('issue', issue, asked).filter(({ action }) => action === 'nameOwner'),
      };
    }),
  };
}
