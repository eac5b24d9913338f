/** Issue list 案件台账: every filter in the address, worked by keyboard. */
import { Select } from 'antd';
import { issueStatusLabels, openStatuses } from '../../domain/issueShape.ts';
import type { QueryInput } from '../../domain/api.ts';
import { useAskPages, useDirectory } from '../queryHooks.ts';
import { showCount } from '../words.ts';
import { paths } from '../paths.ts';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { unitChoices } from './directoryChoices.ts';
import { DownloadButton } from './DownloadButton.tsx';
import { FilterSelect } from './FilterSelect.tsx';
import { IssueTable } from './IssueTable.tsx';
import { ListFilters } from './ListFilters.tsx';
import { PagedList } from './PagedList.tsx';
import { useCounts } from './useCounts.ts';
import { usualSort } from './listSort.ts';
import { useFilters, type Filters } from './useFilters.ts';

const views = [
  { label: '在办', status: openStatuses.join(',') },
  ...openStatuses.map((status) => ({ label: issueStatusLabels[status], status: status as string })),
  { label: issueStatusLabels.closed, status: 'closed' },
  { label: issueStatusLabels.void, status: 'void' },
  { label: '全部', status: 'all' },
];

/** The query's input for the filters of the address; without a status: everything open. */
function inputOf({ status, ...rest }: Filters): QueryInput<'issueList'> {
  const chosen = status === 'all' ? undefined : (status ?? openStatuses.join(','));
  return {
    sort: usualSort({ ...rest, ...(status ? { status } : {}) }),
    ...rest,
    ...(chosen ? { status: chosen } : {}),
    limit: 50,
  } as QueryInput<'issueList'>;
}

export default function IssueListPage() {
  const [filters, change, href] = useFilters();
  const { data: directory } = useDirectory();
  const list = useAskPages('issueList', inputOf(filters));
  const { status: _status, ...others } = filters;
  const counts = useCounts(
    'issueList',
    views.slice(0, 7).map(({ status }) => inputOf({ ...others, status })),
  );
  const first = list.data?.pages[0];
  const current = filters.status ?? openStatuses.join(',');
  return (
    <>
      <div className="page-head">
        <h1>案件台账</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
        <span className="grow" />
        <KeyHelp />
        <DownloadButton list="issueList" input={inputOf(filters)} />
        <Select
          aria-label="排序"
          style={{ width: 132 }}
          value={filters.sort ?? usualSort(filters)}
          options={[
            { value: 'due', label: '按时限排序' },
            { value: 'newest', label: '按时间排序' },
          ]}
          onChange={(sort) => change({ sort: sort === usualSort(filters) ? undefined : sort })}
        />
      </div>
      <Tabs
        label="按状态"
        tabs={views.map(({ label, status }, at) => ({
          label,
          href: paths.deskIssues({ ...filters, status: at === 0 ? undefined : status }),
          isCurrent: current === status,
          ...(counts[at] === undefined ? {} : { count: counts[at] }),
        }))}
      />
      <ListFilters filters={filters} onChange={change}>
        <FilterSelect
          label="主办单位"
          width={124}
          value={filters.unit}
          options={directory ? unitChoices(directory) : []}
          onChange={(unit) => change({ unit })}
        />
      </ListFilters>
      <PagedList
        list={list}
        empty={<Empty title="没有符合条件的案件" words="换一个状态，或清除筛选再看。" />}
      >
        {(items, more) => <IssueTable label="案件台账" items={items} listHref={href} {...more} />}
      </PagedList>
    </>
  );
}

export const KeyHelp = () => (
  <span className="key-help" aria-hidden="true">
    <kbd>J</kbd>
    <kbd>K</kbd>上下 <kbd>Enter</kbd>打开 <kbd>N</kbd>办下一步 <kbd>/</kbd>查找
  </span>
);
