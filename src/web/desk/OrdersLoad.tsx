/** One file of orders: what its columns are, its first rows as they will be, importing it, taking it back. */
import type { QueryOutput } from '../../domain/api.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { canTakeRefused, LoadDecision, PreviewRows, RefusedRows } from './LoadParts.tsx';
import { doSlice, refusedAddress } from './ordersClient.ts';
import { OrdersMap } from './OrdersMap.tsx';
import { Failure } from './PagedList.tsx';

type View = QueryOutput<'orderLoad'>;
type Load = View['load'];

const factsOf = ({ status, counts }: Load): [string, number][] => [
  [status === 'checked' ? '将新增' : '新增', counts.added],
  [status === 'checked' ? '将更正' : '更正', counts.changed],
  ...(counts.visited > 0 ? [['只有新的回访结果', counts.visited] as [string, number]] : []),
  ['已有、没有变化', counts.known],
  ['被拒', counts.refused],
  ...(counts.withdrawn + counts.stays > 0
    ? ([
        ['已撤回', counts.withdrawn],
        ['保持原样', counts.stays],
      ] as [string, number][])
    : []),
];

export function OrdersLoad({ id }: { id: string }) {
  const district = useDistrict();
  const { personId } = useSession();
  const { data, error, refetch } = useAsk('orderLoad', { id });
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />;
  const { load, preview, stays } = data;
  return (
    <>
      <Panel
        title={`${load.senderName}：${load.fileName}`}
        extra={<Link href={paths.orders()}>换一个文件</Link>}
      >
        <LoadDecision
          load={load}
          doSlice={(step) => doSlice(district, load.id, step)}
          facts={factsOf}
          countOf={({ counts }) => counts.added + counts.changed + counts.visited}
          shareOf={({ doneChunks, chunks }) => doneChunks / Math.max(1, chunks)}
          undoWords="还没有人办理的来件逐件撤回并留痕；已受理、已立案的保持原样并列出。"
          onward={<Link href={paths.deskReports()}>去来件列表</Link>}
        />
      </Panel>
      {load.status === 'checked' && <OrdersMap key={JSON.stringify(load.map)} load={load} />}
      {load.reasons.length > 0 && (
        <RefusedRows
          count={load.counts.refused}
          reasons={load.reasons}
          address={canTakeRefused(load, personId) ? refusedAddress(district, load.id) : null}
        />
      )}
      {preview.length > 0 && <PreviewRows rows={preview} />}
      {stays.length > 0 && <Stays stays={stays} />}
    </>
  );
}

function Stays({ stays }: { stays: View['stays'] }) {
  const columns: Column<View['stays'][number]>[] = [
    {
      key: 'number',
      title: '工单号',
      width: 220,
      render: ({ number: words, reportId }) => <Link href={paths.report(reportId)}>{words}</Link>,
    },
    { key: 'why', title: '为什么保持原样', render: ({ why }) => why },
  ];
  return (
    <Panel title="没有撤回的">
      <DataTable
        label="没有撤回的工单"
        rows={stays}
        columns={columns}
        rowKey={({ reportId }) => reportId}
      />
    </Panel>
  );
}
