/** Past loads 导入记录: the files brought in before, what became of their rows, and the way back to each. */
import { loadStatusLabels } from '../../domain/orderApi.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { showMoment } from '../words.ts';
import type { AnyLoad } from './LoadParts.tsx';
import { Failure } from './PagedList.tsx';

type PastLoad = Pick<AnyLoad, 'id' | 'createdAt' | 'personName' | 'status'> & {
  fileName: string;
  counts: Record<'added' | 'changed' | 'known' | 'refused' | 'withdrawn', number>;
};

const marks: Partial<Record<AnyLoad['status'], string>> = {
  applied: 'mark-done',
  undone: 'mark-off',
  expired: 'mark-off',
};

/** '新增 280、更正 3'. */
const countWords = ({ counts }: PastLoad): string => {
  const words = [
    ['新增', counts.added],
    ['更正', counts.changed],
    ['已有', counts.known],
    ['拒绝', counts.refused],
    ['撤回', counts.withdrawn],
  ].flatMap(([label, count]) =>
    count ? [`${label} ${Number(count).toLocaleString('zh-CN')}`] : [],
  );
  return words.join('、') || '—';
};

interface PastLoadsProps<L extends PastLoad> {
  /** What the rows are, 工单. */
  title: string;
  loads: { data: { items: readonly L[] } | undefined; error: Error | null; refetch(): unknown };
  hrefOf: (id: string) => string;
  /** Further columns, beside the file. */
  more: Column<L>[];
  emptyWords: string;
}

export function PastLoads<L extends PastLoad>(props: PastLoadsProps<L>) {
  const { title, loads, hrefOf, more, emptyWords } = props;
  const { data, error, refetch } = loads;
  const columns: Column<L>[] = [
    { key: 'at', title: '上传时间', width: 120, render: ({ createdAt }) => showMoment(createdAt) },
    { key: 'who', title: '上传人', width: 100, render: ({ personName }) => personName },
    {
      key: 'file',
      title: '文件',
      render: ({ id, fileName }) => <Link href={hrefOf(id)}>{fileName}</Link>,
    },
    ...more,
    { key: 'counts', title, width: 260, render: countWords },
    {
      key: 'status',
      title: '状态',
      width: 100,
      render: ({ status }) => (
        <span className={`mark ${marks[status] ?? ''}`}>{loadStatusLabels[status]}</span>
      ),
    },
  ];
  return (
    <Panel title="导入记录">
      {!data ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={3} />
        )
      ) : data.items.length === 0 ? (
        <Empty title="还没有导入过" words={emptyWords} />
      ) : (
        <DataTable
          label={`${title}导入记录`}
          rows={data.items}
          columns={columns}
          rowKey={({ id }) => id}
        />
      )}
    </Panel>
  );
}
