/** Subscriptions 事件订阅 and grid platforms 网格平台: which systems are told of what, and whether it gets there. */
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Modal, Typography } from 'antd';
import type { SubscriptionRow } from '../../domain/outsideApi.ts';
import { subscription } from '../../domain/subscription.ts';
import { channelLabels } from '../../domain/channel.ts';
import type { OpenAction } from '../../domain/views.ts';
import { ask } from '../client.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { OutsideTabs } from './OutsideTabs.tsx';
import type { ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';
import { SubscriptionForm, type SubscriptionAction } from './SubscriptionForm.tsx';

type Form = { action: SubscriptionAction; row: SubscriptionRow | null };

const words = {
  subscription: {
    title: '事件订阅',
    add: '新增订阅',
    empty: '还没有事件订阅',
    emptyWords: '其他系统订阅后，来件和案件一有进展就推送过去；内容不含个人信息。',
  },
  platform: {
    title: '网格平台',
    add: '新增网格平台',
    empty: '还没有对接网格平台',
    emptyWords:
      '对接后，派给指定单位的案件可推送到平台办理，平台的状态回来成为办理动作。没有平台时一切照常。',
  },
} as const;

const SubscriptionsPage = () => <Subscribers kind="subscription" />;
export default SubscriptionsPage;

export function Subscribers({ kind }: { kind: keyof typeof words }) {
  const isPlatform = kind === 'platform';
  const { post } = useSession();
  const { data, error, refetch } = useAsk(
    'subscriptionList',
    { limit: 100 },
    { refetchInterval: 5_000 },
  );
  const [form, setForm] = useState<Form | null>(null);
  const [chosen, setChosen] = useState<ChosenRecord | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const trial = useTrial();
  const rows = data?.items.filter(({ push }) => (push !== null) === isPlatform);
  const mayAdd = post !== null && subscription.actions.add.by.some((role) => role === post.role);
  const choose = (open: OpenAction, row: SubscriptionRow) =>
    open.action === 'edit' || open.action === 'rotate'
      ? setForm({ action: open.action, row })
      : setChosen({ open, recordId: row.id, seen: row.version, subject: row.name });
  return (
    <>
      <div className="page-head">
        <h1>{words[kind].title}</h1>
        <span className="grow" />
        {mayAdd && (
          <Button type="primary" onClick={() => setForm({ action: 'add', row: null })}>
            {words[kind].add}
          </Button>
        )}
      </div>
      <OutsideTabs current={words[kind].title} />
      {!rows ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={6} />
        )
      ) : rows.length === 0 ? (
        <Empty title={words[kind].empty} words={words[kind].emptyWords} />
      ) : (
        <DataTable
          label={words[kind].title}
          rows={rows}
          columns={columns(choose, mayAdd ? trial : null, isPlatform)}
          rowKey={({ id }) => id}
        />
      )}
      {form && (
        <SubscriptionForm
          key={`${form.action}.${form.row?.id ?? 'new'}`}
          {...form}
          isPlatform={isPlatform}
          onDone={(secret) => {
            setForm(null);
            setShown(secret);
          }}
          onClose={() => setForm(null)}
        />
      )}
      {chosen && (
        <ActionForm {...chosen} onDone={() => setChosen(null)} onClose={() => setChosen(null)} />
      )}
      {shown !== null && <ShownOnce value={shown} onClose={() => setShown(null)} />}
    </>
  );
}

interface Trial {
  id: string | null;
  begin: (id: string) => void;
}

/** The test button: says at once whether the other side takes a message. */
function useTrial(): Trial {
  const district = useDistrict();
  const { message } = App.useApp();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (id: string) => ask('trySubscription', district, { id }),
    onSuccess: ({ isSent, httpStatus, ms, reason }) =>
      isSent
        ? void message.success(`对方已收到（${httpStatus}，${ms} 毫秒）`)
        : void message.error(`没有送达：${reason ?? ''}`, 8),
    onError: (problem: Error) => void message.error(problem.message),
  });
  return { id: isPending ? variables : null, begin: mutate };
}

const ShownOnce = ({ value, onClose }: { value: string; onClose: () => void }) => (
  <Modal open title="签名密钥只显示这一次" footer={null} onCancel={onClose}>
    <p>请经可靠途径交给对方的技术人员，用来核对推送的签名。关闭后无法再看。</p>
    <Typography.Text copyable code style={{ wordBreak: 'break-all' }}>
      {value}
    </Typography.Text>
  </Modal>
);

interface RuleWordsProps {
  push: NonNullable<SubscriptionRow['push']>;
  areaName: string | null;
  unitName: string | null;
  senderName: string | null;
}

/** Which cases go by themselves. */
function RuleWords({ push, areaName, unitName, senderName }: RuleWordsProps) {
  const { isAutomatic, categoryCodes, channels, states } = push;
  const limits = [
    unitName ?? '全部单位',
    areaName ?? '全区',
    ...(categoryCodes.length > 0 ? [`类别 ${categoryCodes.join('、')}`] : []),
    ...channels.map((channel) => channelLabels[channel]),
  ];
  return (
    <>
      {isAutomatic ? '派单后自动推送' : '由专席在案件页推送'}
      {isAutomatic && <div className="cell-sub">限于{limits.join('，')}</div>}
      <div className="cell-sub">
        以“{senderName}”回传，已对照 {states.length} 个状态
      </div>
    </>
  );
}

/** 推送中, or what stands in the way. */
function State({ row }: { row: SubscriptionRow }) {
  const { status, failingSince, pauseReason, problem } = row;
  if (status === 'retired') return <span className="mark mark-off">停用</span>;
  if (status === 'paused')
    return (
      <>
        <span className="mark mark-wait">已暂停</span>
        <div className="cell-sub">{pauseReason}</div>
      </>
    );
  if (failingSince)
    return (
      <>
        <span className="mark mark-late">送不到</span>
        <div className="cell-sub">
          {showMoment(failingSince)} 起：{problem}
        </div>
      </>
    );
  return <span className="mark mark-done">推送中</span>;
}

const columns = (
  choose: (open: OpenAction, row: SubscriptionRow) => void,
  trial: Trial | null,
  isPlatform: boolean,
): Column<SubscriptionRow>[] => [
  {
    key: 'name',
    title: isPlatform ? '平台' : '订阅',
    render: ({ name, url }) => (
      <>
        <strong>{name}</strong>
        <div className="cell-sub" style={{ wordBreak: 'break-all' }}>
          {url}
        </div>
      </>
    ),
  },
  {
    key: 'kinds',
    title: isPlatform ? '推送规则' : '事件和范围',
    width: 230,
    render: ({ kindLabels, areaName, unitName, senderName, push }) => {
      if (push) return <RuleWords {...{ push, areaName, unitName, senderName }} />;
      const limits = [areaName, unitName, senderName].filter(Boolean).join('、');
      return (
        <>
          {kindLabels.slice(0, 3).join('、')}
          {kindLabels.length > 3 && ` 等 ${kindLabels.length} 种`}
          {limits && <div className="cell-sub">限于{limits}</div>}
        </>
      );
    },
  },
  { key: 'state', title: '状态', width: 190, render: (row) => <State row={row} /> },
  {
    key: 'figures',
    title: '推送',
    width: 170,
    render: ({ id, sent, waiting, dead, behind, succeededAt }) => (
      <>
        <Link href={paths.deliveries(id)}>已送达 {sent.toLocaleString('zh-CN')}</Link>
        {waiting > 0 && <div className="cell-sub">等待重试 {waiting}</div>}
        {dead > 0 && (
          <div className="cell-sub">
            <Link href={paths.deliveries(id, { status: 'dead' })}>未送达 {dead}</Link>
          </div>
        )}
        {behind > 100 && <div className="cell-sub">还有 {behind} 条待处理</div>}
        {succeededAt && <div className="cell-sub">最近 {showMoment(succeededAt)}</div>}
      </>
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 370,
    render: (row) => (
      <span className="buttons">
        {trial && row.status !== 'retired' && (
          <Button size="small" loading={trial.id === row.id} onClick={() => trial.begin(row.id)}>
            测试
          </Button>
        )}
        <RowButtons
          noun="subscription"
          id={row.id}
          actions={row.actions.filter(({ action }) => action !== 'resend')}
          onChoose={(open) => choose(open, row)}
        />
      </span>
    ),
  },
];
