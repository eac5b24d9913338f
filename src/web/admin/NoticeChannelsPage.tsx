/** Notice channels 通知渠道: by which ways people are told outside the product, and whether it gets there. */
import { useState } from 'react';
import { Button } from 'antd';
import type { NoticeChannelRow } from '../../domain/noticeApi.ts';
import { noticeChannel, noticeChannelLabels } from '../../domain/noticeChannel.ts';
import type { OpenAction } from '../../domain/views.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { NoticeChannelForm } from './NoticeChannelForm.tsx';
import { NoticeTabs } from './NoticeTabs.tsx';
import { NoticeTrial } from './NoticeTrial.tsx';
import type { ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

export default function NoticeChannelsPage() {
  const { post } = useSession();
  const { data, error, refetch } = useAsk(
    'noticeChannelList',
    { limit: 100 },
    { refetchInterval: 5_000 },
  );
  const [form, setForm] = useState<{ row: NoticeChannelRow | null } | null>(null);
  const [chosen, setChosen] = useState<ChosenRecord | null>(null);
  const [tried, setTried] = useState<NoticeChannelRow | null>(null);
  const mayAdd = post !== null && noticeChannel.actions.add.by.some((role) => role === post.role);
  const choose = (open: OpenAction, row: NoticeChannelRow) =>
    open.action === 'edit'
      ? setForm({ row })
      : setChosen({ open, recordId: row.id, seen: row.version, subject: row.name });
  return (
    <>
      <div className="page-head">
        <h1>通知渠道</h1>
        <span className="grow" />
        {mayAdd && (
          <Button type="primary" onClick={() => setForm({ row: null })}>
            新增渠道
          </Button>
        )}
      </div>
      <NoticeTabs current="渠道" />
      {!data ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={6} />
        )
      ) : data.items.length === 0 ? (
        <Empty
          title="还没有通知渠道"
          words="登记企业微信群机器人、短信网关或邮件服务器后，派单、超时等提醒可以发到平台之外；通知里没有个人信息。"
        />
      ) : (
        <DataTable
          label="通知渠道"
          rows={data.items}
          columns={columns(choose, mayAdd ? setTried : null)}
          rowKey={({ id }) => id}
        />
      )}
      {form && (
        <NoticeChannelForm
          key={form.row?.id ?? 'new'}
          row={form.row}
          onDone={() => setForm(null)}
          onClose={() => setForm(null)}
        />
      )}
      {chosen && (
        <ActionForm {...chosen} onDone={() => setChosen(null)} onClose={() => setChosen(null)} />
      )}
      {tried && <NoticeTrial row={tried} onClose={() => setTried(null)} />}
    </>
  );
}

const whereTo = ({ settings }: NoticeChannelRow): string =>
  settings.kind === 'smtp' ? `${settings.host}:${settings.port}` : settings.url;

const columns = (
  choose: (open: OpenAction, row: NoticeChannelRow) => void,
  onTry: ((row: NoticeChannelRow) => void) | null,
): Column<NoticeChannelRow>[] => [
  {
    key: 'name',
    title: '渠道',
    render: (row) => (
      <>
        <strong>{row.name}</strong>
        <div className="cell-sub">
          {noticeChannelLabels[row.settings.kind]}
          {row.unitName ? `，${row.unitName}的群` : ''}
        </div>
        <div className="cell-sub" style={{ wordBreak: 'break-all' }}>
          {whereTo(row)}
        </div>
      </>
    ),
  },
  {
    key: 'state',
    title: '状态',
    width: 90,
    render: ({ status }) => (
      <span className={`mark ${status === 'active' ? 'mark-done' : 'mark-off'}`}>
        {noticeChannel.statuses[status]}
      </span>
    ),
  },
  {
    key: 'figures',
    title: '发送',
    width: 190,
    render: ({ id, waiting, dead, unsure, sentAt }) => (
      <>
        <Link href={paths.noticeMessages(id)}>
          {sentAt ? `最近 ${showMoment(sentAt)}` : '还没有发送过'}
        </Link>
        {waiting > 0 && <div className="cell-sub">等待发送 {waiting}</div>}
        {dead > 0 && (
          <div className="cell-sub">
            <Link href={paths.noticeMessages(id, { status: 'dead' })}>未送达 {dead}</Link>
          </div>
        )}
        {unsure > 0 && (
          <div className="cell-sub">
            <Link href={paths.noticeMessages(id, { status: 'unsure' })}>结果不明 {unsure}</Link>
          </div>
        )}
      </>
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 320,
    render: (row) => (
      <span className="buttons">
        {onTry && row.status === 'active' && (
          <Button size="small" onClick={() => onTry(row)}>
            测试
          </Button>
        )}
        <RowButtons
          noun="noticeChannel"
          id={row.id}
          actions={row.actions.filter(({ action }) => action !== 'resend')}
          onChoose={(open) => choose(open, row)}
        />
      </span>
    ),
  },
];
