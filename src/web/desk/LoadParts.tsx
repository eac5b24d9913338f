/**
 * Load parts 导入的各部分: what every list brought in by a file shows: what can be done with it now and how far it is,
 * its refused rows by reason.
 */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Progress } from 'antd';
import { loadStatusLabels, type LoadReason } from '../../domain/orderApi.ts';
import { ProblemError, Unreachable } from '../client.ts';
import { useDistrict } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { showMoment } from '../words.ts';

export interface AnyLoad {
  id: string;
  personName: string;
  createdAt: string;
  rows: number;
  status: keyof typeof loadStatusLabels;
  notes: readonly string[];
  refusal: string | null;
  appliedAt: string | null;
  undoneAt: string | null;
}

const tries = 5;

/** Is it worth asking again: the line broke, or the server was busy? */
const isPassing = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ProblemError && (error.status === 503 || error.status === 429));

/** A step that met a busy server is asked for again: the same step is never done twice. */
export async function patiently<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!isPassing(error) || attempt === tries) throw error;
      await new Promise((resolve) => void setTimeout(resolve, attempt * 1_000));
    }
  }
}

export const countText = (count: number): string => count.toLocaleString('zh-CN');

interface LoadDecisionProps<L extends AnyLoad> {
  load: L;
  /** A slice of applying or undoing. */
  doSlice: (step: 'apply' | 'undo') => Promise<L>;
  facts: (load: L) => [string, number][];
  /** What would be imported. */
  countOf: (load: L) => number;
  /** 0 … 1 */
  shareOf: (load: L) => number;
  undoWords: string;
  /** Where what was imported is found. */
  onward: ReactNode;
}

/** What can be done with the file now, why not, and how far it is. */
export function LoadDecision<L extends AnyLoad>(props: LoadDecisionProps<L>) {
  const { load, doSlice, facts, countOf, shareOf, undoWords, onward } = props;
  const district = useDistrict();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const [done, setDone] = useState<L | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isWanted = useRef(false);
  useEffect(
    () => () => {
      isWanted.current = false;
    },
    [],
  );
  const shown = done ?? load;
  const { status } = shown;

  const run = async (step: 'apply' | 'undo'): Promise<void> => {
    isWanted.current = true;
    setBusy(true);
    setProblem(null);
    try {
      const end = step === 'apply' ? 'applied' : 'undone';
      let next: L | null = null;
      while (isWanted.current && next?.status !== end) {
        next = await patiently(() => doSlice(step));
        setDone(next);
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '没有办成，请重试');
    } finally {
      setBusy(false);
      await queryClient.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === district && queryKey[1] !== 'directory',
      });
      setDone(null);
    }
  };
  const askUndo = () =>
    modal.confirm({
      title: '撤销本次导入？',
      content: undoWords,
      okText: '撤销导入',
      onOk: () => void run('undo'),
    });
  return (
    <div className="orders-decision">
      <p className="soft">
        {load.personName} {showMoment(load.createdAt)} 上传 · {countText(load.rows)} 行 ·{' '}
        {loadStatusLabels[status]}
        {load.appliedAt && ` · ${showMoment(load.appliedAt)} 导入`}
        {load.undoneAt && ` · ${showMoment(load.undoneAt)} 撤销`}
      </p>
      <ul className="orders-counts">
        {facts(shown).map(([title, count]) => (
          <li key={title}>
            <strong>{countText(count)}</strong> {title}
          </li>
        ))}
      </ul>
      {status === 'checked' &&
        load.notes.map((note) => <Alert key={note} type="info" showIcon title={note} />)}
      {load.refusal && <Alert type="warning" showIcon title={load.refusal} />}
      {(isBusy || status === 'applying') && (
        <div role="status" className="orders-progress">
          <Progress percent={Math.floor(shareOf(shown) * 100)} />
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
                {status === 'applying' ? '接着导入' : `导入 ${countText(countOf(shown))} 件`}
              </Button>
            )}
            {(status === 'applied' || status === 'applying' || status === 'undoing') && (
              <Button danger onClick={status === 'undoing' ? () => void run('undo') : askUndo}>
                {status === 'undoing' ? '接着撤销' : '撤销本次导入'}
              </Button>
            )}
            {status === 'applied' && onward}
          </>
        )}
      </div>
    </div>
  );
}

interface RefusedRowsProps {
  count: number;
  reasons: readonly LoadReason[];
  /** Where they are taken from as a file; null once they were dropped, and for all but the uploader. */
  address: string | null;
}

/** They hold personal data: only who uploaded the file gets its rows back, while they are kept. */
export const canTakeRefused = (
  load: { status: string; personId: string },
  personId: string,
): boolean => load.status !== 'expired' && load.personId === personId;

/** The refused rows by reason, and the way to mend them. */
export function RefusedRows({ count, reasons, address }: RefusedRowsProps) {
  const columns: Column<LoadReason>[] = [
    { key: 'why', title: '原因', render: ({ reason }) => reason },
    {
      key: 'count',
      title: '行数',
      width: 90,
      isNumber: true,
      render: (row) => countText(row.count),
    },
    {
      key: 'rows',
      title: '在第几行',
      width: 240,
      render: (row) => `${row.rows.slice(0, 8).join('、')}${row.count > 8 ? '……' : ''}`,
    },
  ];
  return (
    <Panel
      title={`被拒的 ${countText(count)} 行`}
      extra={
        address && (
          <a href={address} download>
            下载被拒的行
          </a>
        )
      }
    >
      <p className="soft">
        {address
          ? '下载的文件与上传的格式相同，末尾有行号和原因；改正后直接上传即可，已导入的不会重复。文件含个人信息，每次下载都有记录，用后请删除。'
          : '被拒的行含个人信息，保存七天，只有上传文件的人可以下载。'}
      </p>
      <DataTable
        label="被拒的原因"
        rows={reasons}
        columns={columns}
        rowKey={({ reason }) => reason}
      />
    </Panel>
  );
}

/** The first rows as they will be. */
export function PreviewRows<
  R extends {
    row: number;
    fields: readonly { title: string; value: string }[];
    refusal: string | null;
  },
>({ rows, extra }: { rows: readonly R[]; extra?: (row: R) => ReactNode }) {
  return (
    <Panel title="前几行将会是这样">
      <ol className="orders-preview">
        {rows.map((each) => (
          <li key={each.row}>
            <span className="soft">第 {each.row} 行</span>{' '}
            {each.refusal && <span className="late">{each.refusal}</span>}
            {each.fields.length > 0 && (
              <dl>
                {each.fields.map(({ title, value }) => (
                  <div key={title} className={value.length > 30 ? 'is-wide' : ''}>
                    <dt>{title}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
            {extra?.(each)}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
