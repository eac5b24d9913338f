/** Notice messages 发送情况: of one channel: what waits, what did not arrive, of what nobody knows; and sending again. */
import { useParams } from '@tanstack/react-router';
import { App, Button } from 'antd';
import type { QueryInput } from '../../domain/api.ts';
import {
  noticeMessageLabels,
  type NoticeMessageRow,
  type NoticeMessageStatus,
} from '../../domain/noticeApi.ts';
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

const marks: Record<NoticeMessageStatus, string> = {
  waiting: 'mark-wait',
  sending: 'mark-wait',
  sent: 'mark-done',
  dead: 'mark-late',
  unsure: 'mark-late',
};

const tabs = [undefined, 'waiting', 'dead', 'unsure', 'sent'] as const;

export default function NoticeMessagesPage() {
  const { id = '' } = useParams({ strict: false });
  const { post } = useSession();
  const [filters] = useFilters();
  const { message } = App.useApp();
  const { mutateAsync, isPending } = useAct();
  const channels = useAsk('noticeChannelList', { limit: 100 });
  const found = channels.data?.items.find((row) => row.id === id);
  const input = { id, limit: 50, ...(filters.status ? { status: filters.status } : {}) };
  const list = useAskPages('noticeMessageList', input as QueryInput<'noticeMessageList'>);
  const mayResend = post?.role === 'systemAdmin' && found?.status === 'active';
  const resend = async (messageId?: string) => {
    try {
      await mutateAsync({
        noun: 'noticeChannel',
        id,
        action: 'resend',
        input: messageId ? { messageId } : {},
        requestId: newId(),
      });
      message.success('已排入重新发送，稍后刷新可见结果');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '办理失败，请重试');
    }
  };
  const countOf = (status: (typeof tabs)[number]) =>
    status === 'dead' || status === 'unsure'
      ? { count: String(found?.[status] ?? 0), isLate: (found?.[status] ?? 0) > 0 }
      : status === 'waiting'
        ? { count: String(found?.waiting ?? 0) }
        : {};
  return (
    <>
      <div className="page-head">
        <h1>发送情况</h1>
        {found && <span className="soft">{found.name}</span>}
        <span className="grow" />
        <Link href={paths.noticeChannels()}>返回通知渠道</Link>
        <Button onClick={() => void list.refetch()}>刷新</Button>
        {mayResend && found.dead > 0 && (
          <Button type="primary" loading={isPending} onClick={() => void resend()}>
            未送达的全部重新发送
          </Button>
        )}
      </div>
      <Tabs
        label="发送情况"
        tabs={tabs.map((status) => ({
          label: status ? noticeMessageLabels[status] : '全部',
          href: paths.noticeMessages(id, status ? { status } : {}),
          isCurrent: filters.status === status,
          ...(found ? countOf(status) : {}),
        }))}
      />
      <PagedList
        list={list as unknown as Parameters<typeof PagedList<NoticeMessageRow>>[0]['list']}
        empty={
          <Empty
            title="没有这样的通知"
            words="这里列出等待发送的、没有送达的、不知是否送达的，和九十天内已发送的通知。"
          />
        }
      >
        {(items, more) => (
          <DataTable
            label="发送情况"
            rows={items}
            columns={columns(mayResend ? (messageId) => void resend(messageId) : null)}
            rowKey={(row) => row.id}
            {...more}
          />
        )}
      </PagedList>
    </>
  );
}

const columns = (resend: ((messageId: string) => void) | null): Column<NoticeMessageRow>[] => [
  {
    key: 'words',
    title: '通知',
    render: ({ kindLabel, words }) => (
      <>
        <strong>{kindLabel}</strong>
        <div className="cell-sub">{words}</div>
      </>
    ),
  },
  { key: 'person', title: '发给', width: 100, render: ({ personName }) => personName ?? '群' },
  {
    key: 'status',
    title: '结果',
    width: 110,
    render: ({ status }) => (
      <span className={`mark ${marks[status]}`}>{noticeMessageLabels[status]}</span>
    ),
  },
  {
    key: 'at',
    title: '时间',
    width: 180,
    render: ({ status, madeAt, lastAt, dueAt }) => (
      <>
        {showMoment(lastAt ?? madeAt)}
        {status === 'waiting' && <div className="cell-sub">将于 {showMoment(dueAt)}</div>}
      </>
    ),
  },
  { key: 'attempts', title: '次数', width: 70, isNumber: true, render: ({ attempts }) => attempts },
  { key: 'reason', title: '对方的回答', width: 220, render: ({ reason }) => reason ?? '—' },
  ...(resend
    ? [
        {
          key: 'do',
          title: '办理',
          width: 110,
          render: ({ id, status }: NoticeMessageRow) =>
            status === 'dead' || status === 'unsure' ? (
              <Button size="small" onClick={() => resend(id)}>
                重新发送
              </Button>
            ) : null,
        },
      ]
    : []),
];
