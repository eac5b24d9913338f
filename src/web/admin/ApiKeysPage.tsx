/** Api keys 接口密钥: which outside systems may call the program, with which rights, and when each last did. */
import { useState } from 'react';
import { Button, Modal, Typography } from 'antd';
import { apiKey, apiRightLabels } from '../../domain/apiKey.ts';
import type { ApiKeyRow, SenderRow } from '../../domain/apiKeyApi.ts';
import { channelLabels } from '../../domain/channel.ts';
import { sender } from '../../domain/sender.ts';
import type { OpenAction } from '../../domain/views.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { ActionForm } from '../desk/ActionForm.tsx';
import { KeyForm } from './KeyForm.tsx';
import { StatusMark } from './PagedRegister.tsx';
import { RegisterPage, type ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

export default function ApiKeysPage() {
  const { data, error, refetch } = useAsk('apiKeyList', {});
  const [filters] = useFilters();
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />;
  const isSenders = filters.part === 'senders';
  const tabs = (
    <Tabs
      label="密钥、来源单位"
      tabs={[
        { label: '接口密钥', href: paths.apiKeys(), isCurrent: !isSenders },
        { label: '来源单位', href: paths.apiKeys({ part: 'senders' }), isCurrent: isSenders },
      ]}
    />
  );
  return isSenders ? (
    <Senders senders={data.senders} tabs={tabs} />
  ) : (
    <Keys keys={data.keys} senders={data.senders} tabs={tabs} />
  );
}

type Form = { action: 'add' | 'edit' | 'rotate'; row: ApiKeyRow | null };

interface KeysProps {
  keys: readonly ApiKeyRow[];
  senders: readonly SenderRow[];
  tabs: React.ReactNode;
}

function Keys({ keys, senders, tabs }: KeysProps) {
  const { post } = useSession();
  const [form, setForm] = useState<Form | null>(null);
  const [ending, setEnding] = useState<ChosenRecord | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const mayAdd = post !== null && apiKey.actions.add.by.includes(post.role);
  const choose = (open: OpenAction, row: ApiKeyRow) =>
    open.action === 'retire'
      ? setEnding({ open, recordId: row.id, seen: row.version, subject: row.name })
      : setForm({ action: open.action as Form['action'], row });
  return (
    <>
      <div className="page-head">
        <h1>接口密钥</h1>
        <span className="soft">
          在用 {keys.filter(({ status }) => status === 'active').length} 个
        </span>
        <span className="grow" />
        {mayAdd && (
          <Button type="primary" onClick={() => setForm({ action: 'add', row: null })}>
            发放密钥
          </Button>
        )}
      </div>
      {tabs}
      {keys.length === 0 ? (
        <Empty
          title="还没有接口密钥"
          words="外部系统凭密钥上报和查询。系统管理员登记来源单位后，由安全管理员发放。"
        />
      ) : (
        <DataTable
          label="接口密钥"
          rows={keys}
          columns={keyColumns(choose)}
          rowKey={({ id }) => id}
        />
      )}
      {form && (
        <KeyForm
          key={`${form.action}.${form.row?.id ?? 'new'}`}
          {...form}
          senders={senders}
          onDone={(key) => {
            setForm(null);
            setShown(key);
          }}
          onClose={() => setForm(null)}
        />
      )}
      {ending && (
        <ActionForm {...ending} onDone={() => setEnding(null)} onClose={() => setEnding(null)} />
      )}
      {shown !== null && <ShownOnce value={shown} onClose={() => setShown(null)} />}
    </>
  );
}

const ShownOnce = ({ value, onClose }: { value: string; onClose: () => void }) => (
  <Modal open title="新密钥只显示这一次" footer={null} onCancel={onClose}>
    <p>请经可靠途径交给对方的技术人员，不要写进公开的程序或文档。关闭后无法再看。</p>
    <Typography.Text copyable code style={{ wordBreak: 'break-all' }}>
      {value}
    </Typography.Text>
  </Modal>
);

const keyColumns = (choose: (open: OpenAction, row: ApiKeyRow) => void): Column<ApiKeyRow>[] => [
  {
    key: 'sender',
    title: '来源单位',
    width: 220,
    render: ({ senderName, name }) => (
      <>
        <strong>{senderName}</strong>
        <div className="cell-sub">{name}</div>
      </>
    ),
  },
  {
    key: 'rights',
    title: '权限',
    render: ({ rights, areaName }) => (
      <>
        {rights.map((right) => apiRightLabels[right]).join('、')}
        {areaName && <div className="cell-sub">限于{areaName}</div>}
      </>
    ),
  },
  {
    key: 'perMinute',
    title: '每分钟',
    width: 100,
    isNumber: true,
    render: ({ perMinute }) => perMinute.toLocaleString('zh-CN'),
  },
  {
    key: 'used',
    title: '最近使用',
    width: 130,
    isNumber: true,
    render: ({ usedAt }) => (usedAt ? showMoment(usedAt) : '尚未使用'),
  },
  {
    key: 'status',
    title: '状态',
    width: 150,
    render: ({ status, previousEndsAt }) => (
      <>
        <StatusMark isOn={status === 'active'} words={apiKey.statuses[status] ?? status} />
        {previousEndsAt && <div className="cell-sub">原密钥到 {showMoment(previousEndsAt)}</div>}
      </>
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 250,
    render: (row) => (
      <RowButtons
        noun="apiKey"
        id={row.id}
        actions={row.actions}
        onChoose={(open) => choose(open, row)}
      />
    ),
  },
];

function Senders({ senders, tabs }: { senders: readonly SenderRow[]; tabs: React.ReactNode }) {
  return (
    <RegisterPage title="来源单位" noun="sender" count={`共 ${senders.length} 个`} tabs={tabs}>
      {(choose) =>
        senders.length === 0 ? (
          <Empty
            title="还没有来源单位"
            words="由系统管理员登记 12345、网格平台、城市应用等外部系统。"
          />
        ) : (
          <DataTable
            label="来源单位"
            rows={senders}
            columns={senderColumns(choose)}
            rowKey={({ id }) => id}
          />
        )
      }
    </RegisterPage>
  );
}

/** 90 分钟, 3 小时, 2 天. */
function showMinutes(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} 天`;
  return minutes % 60 === 0 ? `${minutes / 60} 小时` : `${minutes} 分钟`;
}

const senderColumns = (choose: (chosen: ChosenRecord) => void): Column<SenderRow>[] => [
  { key: 'code', title: '代码', width: 160, render: ({ code }) => code },
  { key: 'name', title: '名称', render: ({ name }) => <strong>{name}</strong> },
  { key: 'channel', title: '来源渠道', width: 120, render: (row) => channelLabels[row.channel] },
  {
    key: 'keys',
    title: '在用密钥',
    width: 100,
    isNumber: true,
    render: ({ keyCount }) => String(keyCount),
  },
  {
    key: 'heard',
    title: '最近来件',
    width: 170,
    render: ({ heardAt, expectMinutes, missedAt }) => (
      <>
        {heardAt ? showMoment(heardAt) : '尚未来件'}
        {missedAt && <span className="mark mark-late">久未来件</span>}
        {expectMinutes !== null && (
          <div className="cell-sub">约定最长 {showMinutes(expectMinutes)}一次</div>
        )}
      </>
    ),
  },
  {
    key: 'status',
    title: '状态',
    width: 90,
    render: ({ status }) => (
      <StatusMark isOn={status === 'active'} words={sender.statuses[status] ?? status} />
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 330,
    render: (row) => (
      <RowButtons
        noun="sender"
        id={row.id}
        actions={row.actions}
        onChoose={(open) =>
          choose({
            open,
            recordId: row.id,
            seen: row.version,
            subject: row.name,
            ...(open.action === 'edit' ? { prefill: { name: row.name } } : {}),
            ...(open.action === 'expect' && row.expectMinutes !== null
              ? { prefill: { expectMinutes: row.expectMinutes } }
              : {}),
          })
        }
      />
    ),
  },
];
