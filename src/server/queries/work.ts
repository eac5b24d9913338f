/**
 * Work 我的待办: what waits for this actor, each list with the address filter that opens it. Counted with the
 * very conditions of the lists, in one statement; the unread notices are the other.
 */
import { sql } from 'kysely';
import { approval } from '../../domain/approval.ts';
import { assist } from '../../domain/assist.ts';
import type { Actor, Role } from '../../domain/access.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { openStatuses } from '../../domain/issueShape.ts';
import { isAnswerable } from '../../domain/patron.ts';
import { allOf, type Sql } from '../scope.ts';
import { callbackConditions } from './callbacks.ts';
import { signedIn, type QueryContext } from './context.ts';
import { issueConditions } from './issueList.ts';
import { areaName } from './names.ts';
import { onIssueConditions } from './onIssue.ts';
import { cappedCount, countedTo } from './page.ts';
import { reportConditions, reportDue, toAnswer } from './reportList.ts';

/** What the lists of the pages may be narrowed to, as far as the work lists need it. */
interface Narrowed {
  area?: string;
  status?: string;
  clock?: 'overdue' | 'dueSoon';
  unit?: string;
  sort?: 'due';
  callable?: '1';
}

type Line = Pick<QueryOutput<'work'>['lists'][number], 'label' | 'page'> & { input: Narrowed };

const line = (label: string, page: Line['page'], input: Narrowed): Line => ({ label, page, input });

const deskLines = [
  line('待受理', 'reports', { status: 'submitted' }),
  line('核实中', 'reports', { status: 'confirming' }),
  line('待派单', 'issues', { status: 'accepted' }),
  line('待送核', 'issues', { status: 'rectified' }),
  line('复查超时', 'issues', { status: 'verifying', clock: 'overdue' }),
  line('待结案', 'issues', { status: 'passed' }),
  line('待答复', 'reports', { status: toAnswer }),
  line('待回访', 'callbacks', { callable: '1' }),
];

const finderLines = [
  line('待核实', 'reports', { status: 'confirming' }),
  line('待复查', 'issues', { status: 'verifying', sort: 'due' }),
];

const checkerLines = [line('回访待复核', 'callbacks', { status: 'contested' })];
const approverLines = [line('待审批', 'approvals', { status: 'asked' })];
const watcherLines = [line('超期案件', 'issues', { clock: 'overdue' })];

/** A unit's own work is what it leads; what it only helps with is under 协办. */
const unitLines = ({ unitId }: Actor): Line[] => {
  const unit = unitId ?? '';
  return [
    line('待领办', 'issues', { status: 'dispatched', unit }),
    line('整改中', 'issues', { status: 'claimed', unit }),
    line('临期', 'issues', { status: 'claimed', clock: 'dueSoon', unit }),
    line('超期', 'issues', { status: 'dispatched,claimed', clock: 'overdue', unit }),
    line('协办任务', 'assists', { status: 'asked,claimed' }),
  ];
};

const linesOf: Partial<Record<Role, (actor: Actor) => Line[]>> = {
  desk: () => deskLines,
  shiftLeader: () => [...deskLines, ...checkerLines, ...approverLines],
  unitHead: unitLines,
  officer: unitLines,
  gridWorker: () => finderLines,
  assessor: () => finderLines,
  leader: () => [...approverLines, ...watcherLines],
  supervisor: () => watcherLines,
};

/** Open issues of the areas this person is answerable for (包街包片). */
const patronLines = ({ master, now }: QueryContext, { personId, line: own }: Actor): Line[] =>
  own === 'office'
    ? master.patrons
        .filter((one) => one.personId === personId && isAnswerable(one, now))
        .map(({ areaCode }) =>
          line(`包片：${areaName(master, areaCode)}`, 'issues', {
            area: areaCode,
            status: openStatuses.join(','),
          }),
        )
    : [];

/** Where a line's records are, which of them, and the moment by which each is due. */
function meant(
  context: QueryContext,
  { page, input }: Line,
): { from: Sql; where: Sql[]; due: Sql } {
  if (page === 'issues')
    return { from: sql`issue i`, where: issueConditions(context, input), due: sql`i.current_due` };
  if (page === 'reports')
    return { from: sql`report r`, where: reportConditions(context, input), due: reportDue };
  if (page === 'callbacks')
    return {
      from: sql`callback c`,
      where: callbackConditions(context, {
        ...(input.status ? { status: input.status } : {}),
        ...(input.callable ? { callable: input.callable } : {}),
      }),
      due: sql`c.due`,
    };
  const noun = page === 'assists' ? assist : approval;
  return {
    from: sql`${sql.table(noun.name)} t`,
    where: onIssueConditions(context, noun, input.status),
    due: sql`t.due`,
  };
}

function counting(context: QueryContext, each: Line, at: number): Sql {
  const { from, where, due } = meant(context, each);
  return sql`select ${at}::integer as at, count(*) as count, count(*) filter (where c.due < ${context.now}::timestamptz) as overdue
    from (select ${due} as due from ${from} where ${allOf(where)} limit ${countedTo + 1}) c`;
}

interface Counted {
  at: number;
  count: number;
  overdue: number;
}

export async function work(context: QueryContext): Promise<QueryOutput<'work'>> {
  const actor = signedIn(context);
  const lines = [...(linesOf[actor.role]?.(actor) ?? []), ...patronLines(context, actor)];
  const [counts, unread] = await Promise.all([
    lines.length === 0
      ? []
      : sql<Counted>`${sql.join(
          lines.map((each, at) => counting(context, each, at)),
          sql` union all `,
        )}`
          .execute(context.db)
          .then(({ rows }) => rows),
    cappedCount(context, sql`notice n`, [
      sql`n.district = ${context.district} and n.person_id = ${actor.personId} and n.read_at is null`,
    ]),
  ]);
  const lists = lines.map(({ label, page, input }, at) => {
    const { count = 0, overdue = 0 } = counts.find((row) => row.at === at) ?? {};
    const filter = Object.entries(input)
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    return {
      label,
      page,
      filter,
      count: Math.min(count, countedTo),
      isMore: count > countedTo,
      overdue: Math.min(overdue, countedTo),
    };
  });
  return { lists, unread: unread.count };
}
