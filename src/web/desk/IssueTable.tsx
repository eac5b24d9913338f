/** Issue table 案件列表: the ledger's rows for desk and units, with the next action on one key. */
import { useEffect, useState, type ReactNode } from 'react';
import type { IssueItem, OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { showBrief, showMoment } from '../words.ts';
import { ActionForm } from './ActionForm.tsx';
import { rememberOrder } from './listOrder.ts';
import { IssueDue, IssueFlags, IssueStatusMark } from './Marks.tsx';
import { nextStepOf } from './nextStep.ts';

interface IssueTableProps {
  label: string;
  items: readonly IssueItem[];
  listHref: string;
  /** A further column or line with the row's own button. */
  button?: (item: IssueItem, act: (open: OpenAction) => void) => ReactNode;
  hasMore?: boolean;
  isLoadingMore?: boolean;
  onMore?: () => void;
}

export function IssueTable({ label, items, listHref, button, ...more }: IssueTableProps) {
  const now = useNow();
  const go = useGo();
  const [chosen, setChosen] = useState<{ item: IssueItem; open: OpenAction } | null>(null);
  const idsText = items.map(({ id }) => id).join();
  useEffect(() => {
    rememberOrder('issue', { href: listHref, ids: idsText ? idsText.split(',') : [] });
  }, [idsText, listHref]);

  const act = (item: IssueItem, open: OpenAction | undefined) => {
    if (!open) return;
    if (open.action === 'sendToVerify') go(`${paths.issue(item.id)}?do=sendToVerify`);
    else setChosen({ item, open });
  };
  const columns: Column<IssueItem>[] = [
    { key: 'number', title: '编号', width: 186, isLink: true, render: ({ number }) => number },
    {
      key: 'status',
      title: '状态',
      width: 84,
      render: (item) => <IssueStatusMark status={item.status} />,
    },
    { key: 'words', title: '问题', render: (item) => <IssueWords item={item} /> },
    { key: 'place', title: '区域', width: 140, render: (item) => item.areaName },
    { key: 'unit', title: '主办单位', width: 128, render: (item) => <UnitCell item={item} /> },
    {
      key: 'due',
      title: '时限',
      width: 168,
      isNumber: true,
      render: (item) => <IssueDue item={item} now={now} />,
    },
    {
      key: 'at',
      title: '立案',
      width: 108,
      isNumber: true,
      render: (item) => showMoment(item.acceptedAt, now),
    },
    ...(button
      ? [
          {
            key: 'do',
            title: '办理',
            width: 112,
            render: (item: IssueItem) => button(item, (open) => act(item, open)),
          },
        ]
      : []),
  ];
  return (
    <>
      <DataTable
        label={label}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => paths.issue(id)}
        onOpen={({ id }) => go(paths.issue(id))}
        tone={(item) => (item.isOverdue ? 'late' : undefined)}
        keys={{ n: (item) => act(item, nextStepOf(item)) }}
        card={(item) => (
          <IssueCard item={item} now={now} button={button?.(item, (open) => act(item, open))} />
        )}
        {...more}
      />
      {chosen && (
        <ActionForm
          open={chosen.open}
          recordId={chosen.item.id}
          seen={chosen.item.version}
          subject={`${chosen.item.number}　${showBrief(chosen.item.description)}`}
          context={{ areaCode: chosen.item.areaCode, issueId: chosen.item.id }}
          onDone={() => setChosen(null)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

const IssueWords = ({ item }: { item: IssueItem }) => (
  <>
    <span className="cell-two">
      <strong>{item.categoryName}</strong>　{item.description}
    </span>
    <span className="cell-sub">
      {item.address} <IssueFlags item={item} />
    </span>
  </>
);

const UnitCell = ({ item }: { item: IssueItem }) =>
  item.unitName ? (
    <>
      {item.unitName}
      {item.officerName && <div className="cell-sub">{item.officerName}</div>}
    </>
  ) : (
    <span className="soft">未派单</span>
  );

function IssueCard({ item, now, button }: { item: IssueItem; now: string; button: ReactNode }) {
  return (
    <>
      <div className="card-top">
        <IssueStatusMark status={item.status} />
        <IssueFlags item={item} />
        <span style={{ marginLeft: 'auto' }}>
          <IssueDue item={item} now={now} />
        </span>
      </div>
      <p className="cell-two">
        <strong>{item.categoryName}</strong>　{item.description}
      </p>
      <div className="cell-sub">
        {item.areaName}
        {item.address ? ` · ${item.address}` : ''}
        {item.unitName ? ` · ${item.unitName}` : ''}
      </div>
      <div className="card-foot">
        <Link href={paths.issue(item.id)}>{item.number}</Link>
        {button}
      </div>
    </>
  );
}
