/** Sheet loads 导入记录: who brought which file in, what became of it. */
import type { QueryOutput } from '../../domain/api.ts';
import { sheetLoadLabels } from '../../domain/sheetApi.ts';
import type { SheetName } from '../../domain/sheetList.ts';
import { Failure } from '../desk/PagedList.tsx';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { showMoment } from '../words.ts';

type Load = QueryOutput<'sheetLoads'>['items'][number];

const marks: Record<Load['status'], string> = {
  previewed: '',
  applied: 'mark-done',
  undone: 'mark-off',
  expired: 'mark-off',
};

/** '新增 3、变更 1'. */
const countWords = ({ counts }: Load): string => {
  const words = [
    ['新增', counts.added],
    ['变更', counts.changed],
    ['缺失', counts.gone],
    ['拒绝', counts.refused],
  ].flatMap(([label, count]) => (count ? [`${label} ${count}`] : []));
  return words.length > 0 ? words.join('、') : '没有差别';
};

export function SheetLoads({ sheet }: { sheet: SheetName }) {
  const { data, error, refetch } = useAsk('sheetLoads', { sheet });
  const columns: Column<Load>[] = [
    { key: 'at', title: '上传时间', width: 120, render: ({ createdAt }) => showMoment(createdAt) },
    { key: 'who', title: '上传人', width: 110, render: ({ personName }) => personName },
    {
      key: 'file',
      title: '文件',
      render: ({ id, fileName }) => (
        <Link href={paths.sheets({ sheet, load: id })}>{fileName}</Link>
      ),
    },
    { key: 'counts', title: '差别', width: 240, render: countWords },
    {
      key: 'status',
      title: '状态',
      width: 110,
      render: ({ status }) => (
        <span className={`mark ${marks[status]}`}>{sheetLoadLabels[status]}</span>
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
        <Empty title="还没有导入过" words="下载、修改、上传，预览无误后应用。" />
      ) : (
        <DataTable label="导入记录" rows={data.items} columns={columns} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}
