/** Report list 来件列表: what has come in, by status, with its clocks. */
import { useEffect } from 'react';
import { Button } from 'antd';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { channelLabels } from '../../domain/channel.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useKeys, useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { CallbackResult } from './CallbackMarks.tsx';
import { DownloadButton } from './DownloadButton.tsx';
import { KeyHelp } from './IssueListPage.tsx';
import { ListFilters } from './ListFilters.tsx';
import { rememberOrder } from './listOrder.ts';
import { ReportDue, ReportFlags, ReportStatusMark } from './Marks.tsx';
import { PagedList } from './PagedList.tsx';
import { useCounts } from './useCounts.ts';
import { useFilters, type Filters } from './useFilters.ts';

const views = [
  { label: '待受理', status: 'submitted' },
  { label: '核实中', status: 'confirming' },
  { label: reportStatusLabels.joined, status: 'joined' },
  { label: '待答复', status: 'toAnswer' },
  { label: reportStatusLabels.answered, status: 'answered' },
  { label: reportStatusLabels.selfHandled, status: 'selfHandled' },
  { label: reportStatusLabels.declined, status: 'declined' },
  { label: reportStatusLabels.withdrawn, status: 'withdrawn' },
  { label: '全部', status: 'all' },
];

function inputOf({ status = 'submitted', ...rest }: Filters): QueryInput<'reportList'> {
  return {
    ...rest,
    ...(status === 'all' ? {} : { status }),
    limit: 50,
  } as QueryInput<'reportList'>;
}

export default function ReportListPage() {
  const [filters, change, href] = useFilters();
  const { post } = useSession();
  const go = useGo();
  const list = useAskPages('reportList', inputOf(filters));
  const { status: _status, ...others } = filters;
  const counts = useCounts(
    'reportList',
    views.map(({ status }) => inputOf({ ...others, status })),
  );
  const first = list.data?.pages[0];
  const current = filters.status ?? 'submitted';
  const mayEnter =
    post?.role !== 'leader' && post?.role !== 'auditAdmin' && post?.role !== 'securityAdmin';
  const enter = () => go(paths.newReport());
  useKeys(mayEnter ? { c: enter } : {});
  return (
    <>
      <div className="page-head">
        <h1>来件</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
        <span className="grow" />
        <KeyHelp />
        <DownloadButton list="reportList" input={inputOf(filters)} />
        {mayEnter && (
          <Button type="primary" aria-keyshortcuts="c" onClick={enter}>
            上报录入<kbd className="key">C</kbd>
          </Button>
        )}
      </div>
      <Tabs
        label="按状态"
        tabs={views.map(({ label, status }, at) => ({
          label,
          href: paths.deskReports({ ...filters, status: at === 0 ? undefined : status }),
          isCurrent: current === status,
          ...(counts[at] === undefined ? {} : { count: counts[at] }),
        }))}
      />
      <ListFilters filters={filters} onChange={change} />
      <PagedList
        list={list}
        empty={
          <Empty
            title={current === 'submitted' ? '没有待受理的来件' : '没有符合条件的来件'}
            words={
              current === 'submitted'
                ? '新来件到达时会自动出现在这里。'
                : '换一个状态，或清除筛选再看。'
            }
          />
        }
      >
        {(items, more) => <ReportTable items={items} listHref={href} more={more} />}
      </PagedList>
    </>
  );
}

type Row = QueryOutput<'reportList'>['items'][number];

interface ReportTableProps {
  items: readonly Row[];
  listHref: string;
  more: { hasMore: boolean; isLoadingMore: boolean; onMore: () => void };
}

function ReportTable({ items, listHref, more }: ReportTableProps) {
  const now = useNow();
  const go = useGo();
  const idsText = items.map(({ id }) => id).join();
  useEffect(() => {
    rememberOrder('report', { href: listHref, ids: idsText.split(',') });
  }, [idsText, listHref]);
  const columns: Column<Row>[] = [
    { key: 'number', title: '编号', width: 146, isLink: true, render: ({ number }) => number },
    { key: 'channel', title: '渠道', width: 100, render: (item) => channelLabels[item.channel] },
    {
      key: 'status',
      title: '状态',
      width: 98,
      render: (item) => <ReportStatusMark {...item} />,
    },
    { key: 'content', title: '内容', render: (item) => <ReportWords item={item} /> },
    {
      key: 'category',
      title: '类别（初判）',
      width: 130,
      render: (item) => item.categoryName ?? <span className="soft">未定</span>,
    },
    { key: 'place', title: '区域', width: 140, render: (item) => item.areaName },
    {
      key: 'due',
      title: '时限',
      width: 178,
      isNumber: true,
      render: (item) => <ReportDue item={item} now={now} />,
    },
    {
      key: 'at',
      title: '来件时间',
      width: 108,
      isNumber: true,
      render: (item) => showMoment(item.submittedAt, now),
    },
  ];
  return (
    <DataTable
      label="来件"
      rows={items}
      columns={columns}
      rowKey={({ id }) => id}
      href={({ id }) => paths.report(id)}
      onOpen={({ id }) => go(paths.report(id))}
      tone={(item) => (item.isOverdue ? 'late' : undefined)}
      keys={{ n: ({ id }) => go(paths.report(id)) }}
      card={(item) => <ReportCard item={item} now={now} />}
      {...more}
    />
  );
}

const ReportWords = ({ item }: { item: Row }) => (
  <>
    <span className="cell-two">{item.content}</span>
    <span className="cell-sub">
      {item.address}
      {item.photoCount > 0 ? `　${item.photoCount} 张照片` : ''}
      {item.outsideNumber ? `　${item.senderName ?? '来源'} ${item.outsideNumber}` : ''}{' '}
      <ReportFlags item={item} />{' '}
      {item.callback && item.callback.status !== 'waiting' && (
        <CallbackResult item={item.callback} />
      )}
    </span>
  </>
);

const ReportCard = ({ item, now }: { item: Row; now: string }) => (
  <>
    <div className="card-top">
      <ReportStatusMark {...item} />
      <span className="soft">{channelLabels[item.channel]}</span>
      <ReportFlags item={item} />
      <span style={{ marginLeft: 'auto' }}>
        <ReportDue item={item} now={now} />
      </span>
    </div>
    <p className="cell-two">{item.content}</p>
    <div className="cell-sub">
      {item.areaName}
      {item.address ? ` · ${item.address}` : ''} · {showMoment(item.submittedAt, now)}
    </div>
    <Link href={paths.report(item.id)}>{item.number}</Link>
  </>
);
