/** Backup 备份: what became of the last ones, a backup now, and rehearsing the way back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { runKindLabels, runStatusLabels, type BackupRun } from '../../domain/backupApi.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { ask } from '../client.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { showBytes, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import './backup.css';

type Backups = QueryOutput<'backupList'>;

function duration({ startedAt, endedAt }: BackupRun): string {
  if (endedAt === null) return '—';
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return seconds < 90
    ? `${Math.max(1, Math.round(seconds))} 秒`
    : `${Math.round(seconds / 60)} 分钟`;
}

export default function BackupPage() {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const { message } = App.useApp();
  const { data, error, refetch } = useAsk('backupList', {}, { refetchInterval: 3_000 });
  const asking = useMutation({
    mutationFn: (kind: 'page' | 'drill') => ask('askForBackup', district, { kind }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [district, 'backupList'] }),
    onError: (problem: Error) => void message.error(problem.message),
  });
  const isOff = !data || data.directory === null || data.isBusy || asking.isPending;
  return (
    <>
      <div className="page-head">
        <h1>备份</h1>
        {data?.directory && (
          <span className="soft">
            每天 {data.at} 自动备份，保留 {data.keepDaily} 天、{data.keepWeekly} 周
          </span>
        )}
        <span className="grow" />
        <Button disabled={isOff} onClick={() => asking.mutate('drill')}>
          演练恢复
        </Button>
        <Button type="primary" disabled={isOff} onClick={() => asking.mutate('page')}>
          现在备份
        </Button>
      </div>
      {!data ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={8} />
        )
      ) : (
        <div className="backup-parts">
          <State data={data} />
          {data.runs.length === 0 ? (
            <Empty title="还没有备份" words="设置好备份目录后，点“现在备份”做第一份。" />
          ) : (
            <DataTable label="备份" rows={data.runs} columns={columns} rowKey={({ id }) => id} />
          )}
          <HowToRestore directory={data.directory} />
        </div>
      )}
    </>
  );
}

/** The last complete backup in one sentence, and what is wrong. */
function State({ data: { directory, runs, isBusy, isLate } }: { data: Backups }) {
  const made = runs.filter(({ kind }) => kind !== 'drill');
  const last = made.find(({ status }) => status === 'complete');
  const ended = made.find(({ status }) => status === 'complete' || status === 'failed');
  if (directory === null) {
    return (
      <Alert
        type="warning"
        showIcon
        title="没有设置备份目录，不会自动备份"
        description="请由运维人员设置环境变量 BACKUP_DIR（最好在另一块盘上）并重启程序；也可以在服务器上运行 npm run cli -- backup 目录。"
      />
    );
  }
  if (isBusy)
    return <Alert type="info" showIcon title="正在进行，可以离开此页，做完会列在下面。" />;
  if (ended?.status === 'failed') {
    return (
      <Alert type="error" showIcon title="上一次备份没有成功" description={ended.note ?? ''} />
    );
  }
  if (!last) return <Alert type="error" showIcon title="还没有成功的备份，请点“现在备份”" />;
  const words = `最近一份 ${showMoment(last.startedAt)}，${showBytes(last.bytes)}，用时 ${duration(last)}`;
  return isLate ? (
    <Alert type="error" showIcon title={`${words}。一天多没有新的备份，请查明原因`} />
  ) : (
    <Alert type="success" showIcon title={words} />
  );
}

const marks: Record<BackupRun['status'], string> = {
  asked: 'mark-wait',
  running: 'mark-go',
  complete: 'mark-done',
  failed: 'mark-late',
};

const columns: Column<BackupRun>[] = [
  { key: 'at', title: '开始', width: 170, render: ({ startedAt }) => showMoment(startedAt) },
  { key: 'kind', title: '方式', width: 110, render: ({ kind }) => runKindLabels[kind] },
  {
    key: 'status',
    title: '结果',
    width: 100,
    render: ({ status }) => (
      <span className={`mark ${marks[status]}`}>{runStatusLabels[status]}</span>
    ),
  },
  { key: 'took', title: '用时', width: 90, render: duration },
  {
    key: 'size',
    title: '大小',
    width: 110,
    isNumber: true,
    render: ({ bytes }) => showBytes(bytes),
  },
  {
    key: 'written',
    title: '这次写入',
    width: 110,
    isNumber: true,
    render: ({ writtenBytes }) => showBytes(writtenBytes),
  },
  {
    key: 'note',
    title: '说明',
    render: ({ note, name, events, photos }) =>
      note ?? (name ? `${name}：${events ?? 0} 条事件，${photos ?? 0} 张照片` : '—'),
  },
];

function HowToRestore({ directory }: { directory: string | null }) {
  return (
    <Panel title="怎样恢复">
      <p>
        恢复会换掉整套系统的数据，所以只能恢复到还没有正式区的系统：在新的服务器上启动程序（DEMO=0），打开
        /setup，填写启动时显示的建区口令，选“从备份恢复”。主密钥不在备份里，须把原来的
        keys/master.key 放到新数据目录的同一位置。
      </p>
      <p>也可以先停止程序，把主密钥和备份密钥放进新数据目录的 keys 文件夹，再运行</p>
      <pre>DATA_DIR=新的数据目录 npm run cli -- restore {directory ?? '备份目录'}</pre>
      <p className="soft">
        “演练恢复”把最新一份备份恢复到临时位置，核对每个文件、每条封存和每张照片后删除，不影响正在使用的系统。建议每季度做一次。
      </p>
    </Panel>
  );
}
