/** Sheet preview 导入预览: what a file would change, item by item; applying it and taking it back. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Pagination } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import {
  sheetItemLabels,
  SheetItemKind,
  sheetLoadLabels,
  sheetPageSize,
  type SheetDone,
} from '../../domain/sheetApi.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { showMoment } from '../words.ts';
import { EffectiveFrom, type Effective } from './EffectiveFrom.tsx';
import { applySheet, undoSheet } from './sheetClient.ts';
import { SheetItems } from './SheetItems.tsx';
import { SheetPasswords } from './SheetPasswords.tsx';

type Load = QueryOutput<'sheetLoad'>['load'];

/** The missing records that are to be retired: those ticked, or all. */
type Retiring = 'all' | ReadonlySet<string>;

const kindOf = (load: Load, wanted: string | undefined): SheetItemKind => {
  const parsed = SheetItemKind.safeParse(wanted);
  if (parsed.success) return parsed.data;
  return (
    (['refused', 'changed', 'added', 'gone', 'other', 'same'] as const).find(
      (kind) => (load.counts[kind] ?? 0) > 0,
    ) ?? 'same'
  );
};

export function SheetPreview({ id }: { id: string }) {
  const first = useAsk('sheetLoad', { id });
  const [filters, change] = useFilters();
  const [retire, setRetire] = useState<Retiring>(new Set());
  const load = first.data?.load;
  const kind = load && kindOf(load, filters.kind);
  const page = Number(filters.page ?? '1') || 1;
  const { data, error, refetch } = useAsk(
    'sheetLoad',
    { id, ...(kind ? { kind } : {}), page },
    { enabled: load !== undefined, isKept: true },
  );
  const failure = first.error ?? error;
  if (!load || !kind || !data)
    return failure ? (
      <Failure error={failure} onRetry={() => void (first.error ? first.refetch() : refetch())} />
    ) : (
      <Loading rows={8} />
    );
  const tabs = SheetItemKind.options
    .filter((one) => one !== 'other' || (load.counts.other ?? 0) > 0)
    .map((one) => ({
      href: paths.sheets({ sheet: load.sheet, load: id, kind: one }),
      label: sheetItemLabels[one],
      count: String(load.counts[one] ?? 0),
      isLate: one === 'refused' && (load.counts.refused ?? 0) > 0,
      isCurrent: one === kind,
    }));
  const total = load.counts[kind] ?? 0;
  return (
    <Panel
      title={`${load.title}：${load.fileName}`}
      extra={<Link href={paths.sheets({ sheet: load.sheet })}>换一个文件</Link>}
    >
      <Decision load={load} retire={retire} />
      <Tabs tabs={tabs} label="预览的各部分" />
      {kind === 'gone' && load.status === 'previewed' && total > 0 && (
        <Checkbox
          checked={retire === 'all'}
          onChange={(event) => setRetire(event.target.checked ? 'all' : new Set())}
        >
          全部停用（{total} 条）；不勾选的保持原样
        </Checkbox>
      )}
      <SheetItems
        id={id}
        kind={kind}
        items={data.items}
        reasons={data.reasons}
        isExpired={load.status === 'expired'}
        retire={load.status === 'previewed' ? retire : null}
        onRetire={setRetire}
      />
      {total > sheetPageSize && (
        <Pagination
          current={page}
          total={total}
          pageSize={sheetPageSize}
          showSizeChanger={false}
          responsive
          onChange={(next) => change({ page: String(next) })}
        />
      )}
    </Panel>
  );
}

/** What can be done with the load now, and why not. */
function Decision({ load, retire }: { load: Load; retire: Retiring }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const { message, modal } = App.useApp();
  const [effective, setEffective] = useState<Effective>({ day: null });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [passwords, setPasswords] = useState<SheetDone['passwords']>([]);

  const run = async (work: () => Promise<SheetDone>, words: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const done = await work();
      setPasswords(done.passwords);
      message.success(words);
      await queryClient.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === district,
      });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '没有办成，请重试');
    } finally {
      setBusy(false);
    }
  };
  const apply = () =>
    run(
      () =>
        applySheet(district, load.id, {
          retire: retire === 'all' ? 'all' : [...retire],
          ...(load.isVersioned && effective.day ? { fromDay: effective.day } : {}),
        }),
      '已应用，全部写入',
    );
  const askUndo = () =>
    modal.confirm({
      title: '撤销本次导入？',
      content:
        '新增的停用，变更的改回，停用的恢复；都是新的办理，历史留痕。之后又有改动的不能撤销。',
      okText: '撤销导入',
      onOk: () => run(() => undoSheet(district, load.id), '已撤销'),
    });
  const retireCount = retire === 'all' ? (load.counts.gone ?? 0) : retire.size;
  const changeCount = (load.counts.added ?? 0) + (load.counts.changed ?? 0) + retireCount;
  return (
    <div className="sheet-decision">
      <p className="soft">
        {load.personName} {showMoment(load.createdAt)} 上传 · {sheetLoadLabels[load.status]}
        {load.appliedAt && ` · ${showMoment(load.appliedAt)} 应用`}
        {load.undoneAt && ` · ${showMoment(load.undoneAt)} 撤销`}
      </p>
      {load.notes.map((note) => (
        <Alert key={note} type="info" showIcon title={note} />
      ))}
      {load.refusal && <Alert type="warning" showIcon title={load.refusal} />}
      {isBusy && (
        <Alert
          type="info"
          showIcon
          role="status"
          title="正在办理"
          description="上万行要几十秒。全部写入或全不写入，请等到有结果再关闭页面。"
        />
      )}
      {problem && <Alert type="error" showIcon title="没有写入" description={problem} />}
      {load.status === 'previewed' && !load.refusal && (
        <>
          {load.isVersioned && <EffectiveFrom value={effective} onChange={setEffective} />}
          <Button
            type="primary"
            loading={isBusy}
            disabled={changeCount === 0}
            onClick={() => void apply()}
          >
            应用（新增 {load.counts.added ?? 0}、变更 {load.counts.changed ?? 0}、停用 {retireCount}
            ）
          </Button>
          <p className="soft">全部写入或全不写入；应用后可以撤销。</p>
        </>
      )}
      {load.status === 'applied' && (
        <Button loading={isBusy} onClick={askUndo}>
          撤销本次导入
        </Button>
      )}
      <SheetPasswords passwords={passwords} onClose={() => setPasswords([])} />
    </div>
  );
}
