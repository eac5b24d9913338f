/** Platform cases page 平台案件: everything handed over to grid platforms, and what went wrong. */
import { platformCaseStatusLabels } from '../../domain/platformCase.ts';
import type { PlatformCaseRow } from '../../domain/platformApi.ts';
import type { QueryInput } from '../../domain/api.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { showCount } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { PagedList } from './PagedList.tsx';
import { PlatformCaseMark, PlatformCaseWords } from './PlatformCases.tsx';
import { useFilters } from './useFilters.ts';

const tabs = [
  { label: '全部', search: {} },
  { label: '有问题', search: { trouble: '1' } },
  { label: platformCaseStatusLabels.sent, search: { status: 'sent' } },
  { label: platformCaseStatusLabels.rectified, search: { status: 'rectified' } },
  { label: platformCaseStatusLabels.failed, search: { status: 'failed' } },
] as const;

export default function PlatformCasesPage() {
  const [filters] = useFilters();
  const now = useNow();
  const { status, trouble, platform } = filters;
  const input = {
    limit: 50,
    ...(status ? { status } : {}),
    ...(trouble ? { trouble } : {}),
    ...(platform ? { platform } : {}),
  };
  const list = useAskPages('platformCaseList', input as QueryInput<'platformCaseList'>);
  const first = list.data?.pages[0];
  return (
    <>
      <div className="page-head">
        <h1>平台案件</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
      </div>
      <Tabs
        label="平台案件"
        tabs={tabs.map(({ label, search }) => ({
          label,
          href: paths.platformCases({ ...search, platform }),
          isCurrent:
            status === ('status' in search ? search.status : undefined) &&
            trouble === ('trouble' in search ? search.trouble : undefined),
        }))}
      />
      <PagedList
        list={list as unknown as Parameters<typeof PagedList<PlatformCaseRow>>[0]['list']}
        empty={
          <Empty
            title="没有平台案件"
            words="推送到网格平台的案件列在这里；在案件页可以推送和收回。"
          />
        }
      >
        {(items, more) => (
          <DataTable
            label="平台案件"
            rows={items}
            columns={columns(now)}
            rowKey={({ id }) => id}
            {...more}
          />
        )}
      </PagedList>
    </>
  );
}

const columns = (now: string): Column<PlatformCaseRow>[] => [
  {
    key: 'issue',
    title: '案件',
    width: 230,
    render: ({ issueId, issueNumber, categoryName, unitName }) => (
      <>
        <Link href={paths.issue(issueId)}>{issueNumber}</Link>
        <div className="cell-sub">
          {categoryName}　{unitName}
        </div>
      </>
    ),
  },
  { key: 'platform', title: '平台', width: 160, render: ({ platformName }) => platformName },
  {
    key: 'status',
    title: '状态',
    width: 120,
    render: ({ status }) => <PlatformCaseMark status={status} />,
  },
  {
    key: 'words',
    title: '情况',
    render: (row) => <PlatformCaseWords row={row} now={now} />,
  },
];
