/** Ownerless list 无主案件清单: for the joint meeting, to be printed; each is settled by naming its owner or a rule. */
import { useState } from 'react';
import { Button } from 'antd';
import { dutyRule } from '../../domain/dutyRule.ts';
import type { OwnerlessItem } from '../../domain/dutyApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import type { QueryInput } from '../../domain/api.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showBrief, showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { ActionForm } from './ActionForm.tsx';
import { DownloadButton } from './DownloadButton.tsx';
import { ListFilters } from './ListFilters.tsx';
import { IssueStatusMark } from './Marks.tsx';
import { PagedList } from './PagedList.tsx';
import { useFilters } from './useFilters.ts';

export default function OwnerlessPage() {
  const [filters, change] = useFilters();
  const list = useAskPages('ownerlessList', {
    ...filters,
    limit: 100,
  } as QueryInput<'ownerlessList'>);
  const first = list.data?.pages[0];
  const { post } = useSession();
  const now = useNow();
  const [chosen, setChosen] = useState<{ item: OwnerlessItem; open: OpenAction } | null>(null);
  const mayAdd = post !== null && dutyRule.actions.add.by.includes(post.role);
  const columns = columnsOf(now, mayAdd, (item, open) => setChosen({ item, open }));
  return (
    <>
      <div className="page-head">
        <h1>无主案件清单</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 件</span>}
        <span className="grow" />
        <span className="no-print">
          <DownloadButton list="ownerlessList" input={filters} />
        </span>
        <Link href={paths.dutyRules()} className="no-print">
          责任分解表
        </Link>
        <Button
          className="no-print"
          disabled={!first || first.items.length === 0}
          onClick={() => window.print()}
        >
          打印
        </Button>
      </div>
      <p className="soft">
        权属不明、没有对应规则，已由属地兜底处置。供联席会议逐件明确权属；明确后从本清单移出。打印的是已加载的各页，截至{' '}
        {showMoment(now)}。
      </p>
      <ListFilters filters={filters} onChange={change} clocks={false} />
      <PagedList
        list={list}
        empty={<Empty title="没有无主案件" words="权属都已明确，或换一个筛选条件再看。" />}
      >
        {(items, more) => <Rows items={items} columns={columns} {...more} />}
      </PagedList>
      {chosen && (
        <ActionForm
          key={chosen.item.id}
          open={chosen.open}
          recordId={chosen.item.id}
          seen={chosen.item.version}
          subject={`${chosen.item.number}　${showBrief(chosen.item.description)}`}
          onDone={() => setChosen(null)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

interface RowsProps {
  items: readonly OwnerlessItem[];
  columns: readonly Column<OwnerlessItem>[];
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
}

function Rows({ items, columns, ...more }: RowsProps) {
  const go = useGo();
  return (
    <DataTable
      label="无主案件清单"
      rows={items}
      columns={columns}
      rowKey={({ id }) => id}
      href={({ id }) => paths.issue(id)}
      onOpen={({ id }) => go(paths.issue(id))}
      {...more}
    />
  );
}

/** The address of the matrix with the form of a row for such matters filled in. */
const wishOf = ({ categoryCode, areaCode }: OwnerlessItem) => ({
  add: '1',
  categoryCode,
  areaCode: areaCode.slice(0, 9),
});

const columnsOf = (
  now: string,
  mayAdd: boolean,
  choose: (item: OwnerlessItem, open: OpenAction) => void,
): Column<OwnerlessItem>[] => [
  { key: 'number', title: '编号', width: 186, isLink: true, render: ({ number }) => number },
  {
    key: 'words',
    title: '问题',
    render: ({ categoryName, description, address, siteName }) => (
      <>
        <strong>{categoryName}</strong>　{showBrief(description)}
        <div className="cell-sub">{[siteName, address].filter(Boolean).join('，')}</div>
      </>
    ),
  },
  { key: 'area', title: '区域', width: 150, render: ({ areaName }) => areaName },
  { key: 'unit', title: '兜底单位', width: 140, render: ({ unitName }) => unitName ?? '—' },
  { key: 'reason', title: '缘由', width: 190, render: ({ reason }) => reason },
  {
    key: 'status',
    title: '状态',
    width: 110,
    render: ({ status, acceptedAt }) => (
      <>
        <IssueStatusMark status={status} />
        <div className="cell-sub">{showMoment(acceptedAt, now)}</div>
      </>
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 170,
    render: (item) => (
      <span className="buttons">
        {item.actions
          .filter(({ refusal }) => refusal === null)
          .map((open) => (
            <Button key={open.action} size="small" onClick={() => choose(item, open)}>
              {open.label}
            </Button>
          ))}
        {mayAdd && <Link href={paths.dutyRules(wishOf(item))}>补充规则</Link>}
      </span>
    ),
  },
];
