/** Findings 测评发现: what inspections found, newest first; every filter stands in the address. */
import { Button, Input } from 'antd';
import type { QueryInput } from '../../domain/api.ts';
import { findingRecorders, measureText } from '../../domain/finding.ts';
import type { FindingItem } from '../../domain/findingApi.ts';
import { issueStatusLabels } from '../../domain/issueShape.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import { paths } from '../paths.ts';
import { useAskPages, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { areaChoices, categoryChoices, unitChoices } from './directoryChoices.ts';
import { DownloadButton } from './DownloadButton.tsx';
import { FilterSelect } from './FilterSelect.tsx';
import { findingPlace } from './FindingRows.tsx';
import { PagedList } from './PagedList.tsx';
import { useFilters, type Filters } from './useFilters.ts';

const views = [
  { label: '有效', search: { status: undefined, mine: undefined } },
  { label: '我的', search: { status: undefined, mine: '1' } },
  { label: '已撤回', search: { status: 'withdrawn', mine: undefined } },
];

const inputOf = ({ status = 'recorded', ...rest }: Filters): QueryInput<'findingList'> =>
  ({ ...rest, status, limit: 50 }) as QueryInput<'findingList'>;

/** Where the matter stands: of its issue, else of its report. */
export const findingState = (item: FindingItem): string =>
  item.issueStatus ? issueStatusLabels[item.issueStatus] : reportStatusLabels[item.reportStatus];

export default function FindingsPage() {
  const [filters, change] = useFilters();
  const { post } = useSession();
  const go = useGo();
  const list = useAskPages('findingList', inputOf(filters));
  const first = list.data?.pages[0];
  const mayImport = post !== null && findingRecorders.includes(post.role);
  const isCurrent = (search: (typeof views)[number]['search']): boolean =>
    filters.status === search.status && filters.mine === search.mine;
  return (
    <>
      <div className="page-head">
        <h1>测评发现</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 条</span>}
        <span className="grow" />
        <DownloadButton list="findingList" input={inputOf(filters)} />
        {mayImport && (
          <Button type="primary" onClick={() => go(paths.findingLoads())}>
            导入测评发现
          </Button>
        )}
      </div>
      <Tabs
        label="按状态"
        tabs={views
          .filter(({ search }) => mayImport || search.mine === undefined)
          .map(({ label, search }) => ({
            label,
            href: paths.findings({ ...filters, ...search }),
            isCurrent: isCurrent(search),
          }))}
      />
      <FindingFilters filters={filters} onChange={change} />
      <PagedList
        list={list}
        empty={
          <Empty
            title="没有符合条件的测评发现"
            words={
              mayImport
                ? '换一个状态，或清除筛选；也可以用表格和照片批量导入。'
                : '换一个状态，或清除筛选再看。'
            }
          />
        }
      >
        {(items, more) => <FindingTable items={items} more={more} />}
      </PagedList>
    </>
  );
}

interface FilterProps {
  filters: Filters;
  onChange: (part: Record<string, string | undefined>) => void;
}

const filterNames = ['area', 'site', 'category', 'unit', 'from', 'to', 'load'];

function FindingFilters({ filters, onChange }: FilterProps) {
  const { data: directory } = useDirectory();
  const choose = (key: string) => (value: string | undefined) => onChange({ [key]: value });
  const day = (key: 'from' | 'to', label: string, prefix: string) => (
    <Input
      aria-label={label}
      type="date"
      prefix={prefix}
      style={{ width: 146 }}
      value={filters[key] ?? ''}
      onChange={(event) => onChange({ [key]: event.target.value })}
    />
  );
  return (
    <div className="filters" role="search" aria-label="筛选">
      <FilterSelect
        label="区域"
        width={140}
        value={filters.area}
        options={directory ? areaChoices(directory, ['subdistrict', 'community']) : []}
        onChange={choose('area')}
      />
      <FilterSelect
        label="点位"
        width={160}
        value={filters.site}
        options={(directory?.sites ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={choose('site')}
      />
      <FilterSelect
        label="类别"
        width={124}
        value={filters.category}
        options={directory ? categoryChoices(directory) : []}
        onChange={choose('category')}
      />
      <FilterSelect
        label="被检查单位"
        width={150}
        value={filters.unit}
        options={directory ? unitChoices(directory) : []}
        onChange={choose('unit')}
      />
      {day('from', '登记起始日期', '从')}
      {day('to', '登记截止日期', '到')}
      {filters.load && <span className="soft">只看一次导入的</span>}
      {filterNames.some((name) => filters[name]) && (
        <Button
          type="link"
          onClick={() => onChange(Object.fromEntries(filterNames.map((name) => [name, undefined])))}
        >
          清除筛选
        </Button>
      )}
    </div>
  );
}

interface TableProps {
  items: readonly FindingItem[];
  more: { hasMore: boolean; isLoadingMore: boolean; onMore: () => void };
}

function FindingTable({ items, more }: TableProps) {
  const now = useNow();
  const go = useGo();
  const columns: Column<FindingItem>[] = [
    {
      key: 'item',
      title: '检查项目',
      isLink: true,
      render: (item) => <FindingWords item={item} />,
    },
    {
      key: 'measure',
      title: '数量',
      width: 90,
      isNumber: true,
      render: (item) => measureText(item) || '—',
    },
    { key: 'place', title: '点位、地点', width: 220, render: findingPlace },
    {
      key: 'unit',
      title: '被检查单位',
      width: 140,
      render: ({ unitName }) => unitName ?? <span className="soft">未定</span>,
    },
    {
      key: 'state',
      title: '办理',
      width: 110,
      render: (item) => <span className="mark">{findingState(item)}</span>,
    },
    { key: 'who', title: '测评员', width: 90, render: ({ assessorName }) => assessorName },
    {
      key: 'at',
      title: '检查时间',
      width: 108,
      isNumber: true,
      render: ({ foundAt }) => showMoment(foundAt, now),
    },
  ];
  return (
    <DataTable
      label="测评发现"
      rows={items}
      columns={columns}
      rowKey={({ id }) => id}
      href={({ id }) => paths.finding(id)}
      onOpen={({ id }) => go(paths.finding(id))}
      card={(item) => (
        <>
          <div className="card-top">
            <span className="mark">{findingState(item)}</span>
            <span className="soft">{measureText(item)}</span>
          </div>
          <FindingWords item={item} />
          <div className="cell-sub">
            {findingPlace(item)} · {item.assessorName} · {showMoment(item.foundAt, now)}
          </div>
          <Link href={paths.finding(item.id)}>查看</Link>
        </>
      )}
      {...more}
    />
  );
}

const FindingWords = ({ item }: { item: FindingItem }) => (
  <>
    <span className="cell-two">{item.item}</span>
    <span className="cell-sub">
      {item.words}
      {item.photoCount > 0 ? `　${item.photoCount} 张照片` : ''}
    </span>
  </>
);
