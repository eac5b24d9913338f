/** One file of orders: what its columns are, its first rows as they will be, importing it, taking it back. */
import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Progress } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { loadStatusLabels } from '../../domain/orderApi.ts';
import { ProblemError, Unreachable } from '../client.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { showMoment } from '../words.ts';
import { doSlice, refusedAddress } from './ordersClient.ts';
import { OrdersMap } from './OrdersMap.tsx';
import { Failure } from './PagedList.tsx';

type View = QueryOutput<'orderLoad'>;
type Load = View['load'];

const tries = 5;

/** A slice that met a busy server is asked for again: the same slice is never done twice. */
async function patientSlice(slice: () => Promise<Load>): Promise<Load> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await slice();
    } catch (error) {
      const isBusy =
        error instanceof Unreachable ||
        (error instanceof ProblemError && (error.status === 503 || error.status === 429));
      if (!isBusy || attempt === tries) throw error;
      await new Promise((resolve) => void setTimeout(resolve, attempt * 1_000));
    }
  }
}

const number = (count: number): string => count.toLocaleString('zh-CN');

export function OrdersLoad({ id }: { id: string }) {
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
        <Decision load={load} />
      </Panel>
      {load.status === 'checked' && <OrdersMap key={JSON.stringify(load.map)} load={load} />}
      {load.reasons.length > 0 && <Refused load={load} />}
      {preview.length > 0 && <Preview rows={preview} />}
      {stays.length > 0 && <Stays stays={stays} />}
    </>
  );
}

/** What can be done with the file now, why not, and how far it is. */
function Decision({ load }: { load: Load }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const [done, setDone] = useState<Load | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isWanted = useRef(false);
  useEffect(
    () => () => {
      isWanted.current = false;
    },
    [],
  );
  const { status, counts, doneChunks, chunks, rows } = done ?? load;

  const run = async (step: 'apply' | 'undo'): Promise<void> => {
    isWanted.current = true;
    setBusy(true);
    setProblem(null);
    try {
      const end = step === 'apply' ? 'applied' : 'undone';
      let next: Load | null = null;
      while (isWanted.current && next?.status !== end) {
        next = await patientSlice(() => doSlice(district, load.id, step));
        setDone(next);
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '没有办成，请重试');
    } finally {
      setBusy(false);
      await queryClient.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === district && queryKey[1] !== 'directory',
      });
    }
  };
  const askUndo = () =>
    modal.confirm({
      title: '撤销本次导入？',
      content: '还没有人办理的来件逐件撤回并留痕；已受理、已立案的保持原样并列出。',
      okText: '撤销导入',
      onOk: () => void run('undo'),
    });
  const facts: [string, number][] = [
    [status === 'checked' ? '将新增' : '新增', counts.added],
    [status === 'checked' ? '将更正' : '更正', counts.changed],
    ['已有、没有变化', counts.known],
    ['被拒', counts.refused],
    ...(counts.withdrawn + counts.stays > 0
      ? ([
          ['已撤回', counts.withdrawn],
          ['保持原样', counts.stays],
        ] as [string, number][])
      : []),
  ];
  return (
    <div className="orders-decision">
      <p className="soft">
        {load.personName} {showMoment(load.createdAt)} 上传 · {number(rows)} 行 ·{' '}
        {loadStatusLabels[status]}
        {load.appliedAt && ` · ${showMoment(load.appliedAt)} 导入`}
        {load.undoneAt && ` · ${showMoment(load.undoneAt)} 撤销`}
      </p>
      <ul className="orders-counts">
        {facts.map(([title, count]) => (
          <li key={title}>
            <strong>{number(count)}</strong> {title}
          </li>
        ))}
      </ul>
      {status === 'checked' &&
        load.notes.map((note) => <Alert key={note} type="info" showIcon title={note} />)}
      {load.refusal && <Alert type="warning" showIcon title={load.refusal} />}
      {(isBusy || status === 'applying') && (
        <div role="status" className="orders-progress">
          <Progress percent={Math.floor((doneChunks / Math.max(1, chunks)) * 100)} />
          {isBusy
            ? '正在办理，可以随时停下，之后接着办。'
            : '导入停在中途，已写入的有效，可以接着导入。'}
        </div>
      )}
      {problem && <Alert type="error" showIcon title="停下了" description={problem} />}
      <div className="orders-buttons">
        {isBusy ? (
          <Button onClick={() => (isWanted.current = false)}>停下</Button>
        ) : (
          <>
            {((status === 'checked' && !load.refusal) || status === 'applying') && (
              <Button type="primary" onClick={() => void run('apply')}>
                {status === 'applying'
                  ? '接着导入'
                  : `导入 ${number(counts.added + counts.changed)} 件`}
              </Button>
            )}
            {(status === 'applied' || status === 'applying' || status === 'undoing') && (
              <Button danger onClick={status === 'undoing' ? () => void run('undo') : askUndo}>
                {status === 'undoing' ? '接着撤销' : '撤销本次导入'}
              </Button>
            )}
            {status === 'applied' && <Link href={paths.deskReports()}>去来件列表</Link>}
          </>
        )}
      </div>
    </div>
  );
}

function Refused({ load }: { load: Load }) {
  const district = useDistrict();
  const columns: Column<Load['reasons'][number]>[] = [
    { key: 'why', title: '原因', render: ({ reason }) => reason },
    {
      key: 'count',
      title: '行数',
      width: 90,
      isNumber: true,
      render: ({ count }) => number(count),
    },
    {
      key: 'rows',
      title: '在第几行',
      width: 240,
      render: ({ rows, count }) => `${rows.slice(0, 8).join('、')}${count > 8 ? '……' : ''}`,
    },
  ];
  return (
    <Panel
      title={`被拒的 ${number(load.counts.refused)} 行`}
      extra={
        load.status !== 'expired' && (
          <a href={refusedAddress(district, load.id)} download>
            下载被拒的行
          </a>
        )
      }
    >
      <p className="soft">
        下载的文件与上传的格式相同，末尾有行号和原因；改正后直接上传即可，已导入的不会重复。文件含个人信息，用后请删除。
      </p>
      <DataTable
        label="被拒的原因"
        rows={load.reasons}
        columns={columns}
        rowKey={({ reason }) => reason}
      />
    </Panel>
  );
}

function Preview({ rows }: { rows: View['preview'] }) {
  return (
    <Panel title="前几行将会是这样">
      <ol className="orders-preview">
        {rows.map(({ row, fields, refusal }) => (
          <li key={row}>
            <span className="soft">第 {row} 行</span>
            {refusal && <span className="late">{refusal}</span>}
            {fields.length > 0 && (
              <dl>
                {fields.map(({ title, value }) => (
                  <div key={title} className={value.length > 30 ? 'is-wide' : ''}>
                    <dt>{title}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </Panel>
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
