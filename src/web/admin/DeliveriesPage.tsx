/** Deliveries 推送情况: of one subscription: what waits, what was given up, what was sent last; and sending again. */
import { useParams } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { deliveryStatusLabels, type DeliveryRow } from '../../domain/outsideApi.ts';
import type { QueryInput } from '../../domain/api.ts';
import { newId } from '../client.ts';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAct, useAsk, useAskPages } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';

const marks = { waiting: 'mark-wait', dead: 'mark-late', sent: 'mark-done' };

export default function DeliveriesPage() {
  const { id } = useParams({ strict: false });
  const { post } = useSession();
  const [filters] = useFilters();
  const { message } = App.useApp();
  const { mutateAsync, isPending } = useAct();
  const subscriptions = useAsk('subscriptionList', { limit: 100 });
  const found = subscriptions.data?.items.find((row) => row.id === id);
  const input = { id: id ?? '', limit: 50, ...(filters.status ? { status: filters.status } : {}) };
  const list = useAskPages('deliveryList', input as QueryInput<'deliveryList'>);
  const mayResend =
    post?.role === 'systemAdmin' && found !== undefined && found.status !== 'retired';
  const resend = async (eventId?: string) => {
    try {
      await mutateAsync({
        noun: 'subscription',
        id: id ?? '',
        action: 'resend',
        input: eventId ? { eventId } : {},
        requestId: newId(),
      });
      message.success('已排入重新推送，稍后刷新可见结果');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '办理失败，请重试');
    }
  };
  const tabs = [undefined, 'waiting', 'dead', 'sent'] as const;
  return (
    <>
      <div className="page-head">
        <h1>推送情况</h1>
        {found && <span className="soft">{found.name}</span>}
        <span className="grow" />
        <Link href={paths.subscriptions()}>返回事件订阅</Link>
        <Button onClick={() => void list.refetch()}>刷新</Button>
        {mayResend && found.dead > 0 && (
          <Button type="primary" loading={isPending} onClick={() => void resend()}>
            全部重新推送
          </Button>
        )}
      </div>
      <Tabs
        label="推送情况"
        tabs={tabs.map((status) => ({
          label: status ? deliveryStatusLabels[status] : '全部',
          href: paths.deliveries(id ?? '', status ? { status } : {}),
          isCurrent: filters.status === status,
          ...(status === 'dead' && found
            ? { count: String(found.dead), isLate: found.dead > 0 }
            : {}),
          ...(status === 'waiting' && found ? { count: String(found.waiting) } : {}),
        }))}
      />
      <PagedList
        list={list as unknown as Parameters<typeof PagedList<DeliveryRow>>[0]['list']}
        empty={
          <Empty
            title="没有这样的推送"
            words="这里列出等待重试的、三天内没有送达的，和最近送达的二百条。"
          />
        }
      >
        {(items, more) => (
          <DataTable
            label="推送情况"
            rows={items}
            columns={columns(mayResend && found.dead > 0 ? (id) => void resend(id) : null)}
            rowKey={(row) => row.id}
            {...more}
          />
        )}
      </PagedList>
    </>
  );
}

const columns = (resend: ((eventId: string) => void) | null): Column<DeliveryRow>[] => [
  { key: 'number', title: '封存号', width: 90, isNumber: true, render: ({ number }) => number },
  {
    key: 'kind',
    title: '事件',
    width: 200,
    render: ({ kindLabel }) => kindLabel,
  },
  {
    key: 'status',
    title: '结果',
    width: 110,
    render: ({ status }) => (
      <span className={`mark ${marks[status]}`}>{deliveryStatusLabels[status]}</span>
    ),
  },
  {
    key: 'at',
    title: '时间',
    width: 190,
    render: ({ status, firstAt, lastAt, nextAt }) => (
      <>
        {showMoment(lastAt ?? firstAt)}
        {status === 'waiting' && <div className="cell-sub">下次 {showMoment(nextAt)}</div>}
      </>
    ),
  },
  { key: 'attempts', title: '次数', width: 70, isNumber: true, render: ({ attempts }) => attempts },
  {
    key: 'reason',
    title: '对方的回答',
    render: ({ reason, httpStatus }) => reason ?? (httpStatus === null ? '—' : `${httpStatus}`),
  },
  ...(resend
    ? [
        {
          key: 'do',
          title: '办理',
          width: 110,
          render: ({ id, status }: DeliveryRow) =>
            status === 'dead' ? (
              <Button size="small" onClick={() => resend(id)}>
                重新推送
              </Button>
            ) : null,
        },
      ]
    : []),
];
