/** Restore on the setup page 从备份恢复: which backup, what it holds, how far it is, and what became of it. */
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Input, Progress, Select } from 'antd';
import {
  restorePhaseLabels,
  type RestorePhase,
  type RestorePreview,
  type RestoreSource,
  type RestoreState,
} from '../../domain/restoreApi.ts';
import { ProblemError } from '../client.ts';
import { paths } from '../paths.ts';
import { Facts, Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { showBytes, showMoment } from '../words.ts';
import { askRestore, beginRestore, loadRestore } from './setupClient.ts';

const keyOf = (token: string) => ['restore', token] as const;

/** How far the restore is, asked again every second while it runs. */
export const useRestore = (token: string) =>
  useQuery({
    queryKey: keyOf(token),
    queryFn: () => loadRestore(token),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1_000 : false),
  });

/** Where each part of the work begins on the bar, and where the last one ends. */
const parts: Record<RestorePhase, [number, number]> = {
  check: [0, 15],
  close: [15, 20],
  photos: [20, 45],
  rows: [45, 85],
  verify: [85, 93],
  open: [93, 100],
};

function percentOf({ phase, done, total }: RestoreState): number {
  const [from, to] = parts[phase];
  return Math.floor(from + (to - from) * (total > 0 ? Math.min(1, done / total) : 0));
}

/** The sentence of a refusal; of a form, that of the field. */
function wordsOf(error: Error | null): string {
  const fields = error instanceof ProblemError ? error.problem.details?.fields : undefined;
  const [first] = Array.isArray(fields) ? (fields as { message?: string }[]) : [];
  return first?.message ?? error?.message ?? '';
}

export function SetupRestore({ token }: { token: string }) {
  const queryClient = useQueryClient();
  const { data } = useRestore(token);
  const [preview, setPreview] = useState<{ holds: RestorePreview; source: RestoreSource } | null>(
    null,
  );
  const [isAgain, setAgain] = useState(false);
  if (!data) return <Loading rows={8} />;
  if (data.state === 'running') return <RestoreProgress token={token} />;
  if (data.state === 'complete' && !isAgain)
    return <Complete words={data.words ?? ''} onAgain={() => setAgain(true)} />;
  return (
    <div className="stack restore">
      {data.state === 'failed' && data.words && (
        <Alert type="error" showIcon role="alert" title="没有恢复" description={data.words} />
      )}
      <SourceForm
        token={token}
        masterKeyFile={data.masterKeyFile}
        onOpened={(holds, source) => setPreview({ holds, source })}
      />
      {preview && (
        <Holds
          key={preview.holds.backup}
          {...preview}
          token={token}
          onOpened={(holds) => setPreview({ ...preview, holds })}
          onBegun={(state) => {
            setPreview(null);
            setAgain(false);
            queryClient.setQueryData(keyOf(token), state);
          }}
        />
      )}
    </div>
  );
}

function SourceForm({
  token,
  masterKeyFile,
  onOpened,
}: {
  token: string;
  masterKeyFile: string | null;
  onOpened: (holds: RestorePreview, source: RestoreSource) => void;
}) {
  const [directory, setDirectory] = useState('');
  const [key, setKey] = useState('');
  const opening = useMutation({
    mutationFn: () => askRestore({ directory: directory.trim(), key: key.trim() }, token),
    onSuccess: (holds) => onOpened(holds, { directory: directory.trim(), key: key.trim() }),
  });
  return (
    <Panel title="从备份恢复">
      <p>
        恢复到这套还没有正式区的系统里。先看备份里有什么，再开始；开始后请不要关闭服务器，页面可以离开。
      </p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          opening.mutate();
        }}
      >
        <div className="field">
          <label htmlFor="restore-directory">备份目录</label>
          <Input
            id="restore-directory"
            placeholder="/mnt/backup/civicloop"
            autoComplete="off"
            value={directory}
            maxLength={500}
            onChange={(event) => setDirectory(event.target.value)}
          />
          <p className="field-hint">本服务器上的完整路径，也就是原来的 BACKUP_DIR。</p>
        </div>
        <div className="field">
          <label htmlFor="restore-key">备份密钥</label>
          <Input.Password
            id="restore-key"
            autoComplete="off"
            value={key}
            maxLength={100}
            onChange={(event) => setKey(event.target.value)}
          />
          <p className="field-hint">
            原服务器 keys/backup.key 里的那一行；已放到本服务器同一位置的，可以不填。
          </p>
        </div>
        <Alert
          type="info"
          showIcon
          title="主密钥不在备份里"
          description={
            masterKeyFile === null
              ? '本程序的主密钥来自环境变量 MASTER_KEY，须是原服务器的那一把；不是的话，请用原来的主密钥在空的数据库上重新启动程序。'
              : `请先在服务器上把原来的主密钥文件放到 ${masterKeyFile}（现有的先改名留存），不必重新启动。`
          }
        />
        {opening.error && (
          <p className="field-error" role="alert">
            {wordsOf(opening.error)}
          </p>
        )}
        <Button htmlType="submit" loading={opening.isPending} disabled={directory.trim() === ''}>
          查看备份
        </Button>
      </form>
    </Panel>
  );
}

function Holds({
  holds,
  source,
  token,
  onOpened,
  onBegun,
}: {
  holds: RestorePreview;
  source: RestoreSource;
  token: string;
  onOpened: (holds: RestorePreview) => void;
  onBegun: (state: RestoreState) => void;
}) {
  const [mayReplaceDemo, setMayReplaceDemo] = useState(false);
  const { backup, replacedDemo } = holds;
  const choosing = useMutation({
    mutationFn: (other: string) => askRestore({ ...source, backup: other }, token),
    onSuccess: onOpened,
  });
  const beginning = useMutation({
    mutationFn: () => beginRestore({ ...source, backup, mayReplaceDemo }, token),
    onSuccess: onBegun,
  });
  const problem = wordsOf(choosing.error ?? beginning.error);
  return (
    <Panel title="备份里有什么">
      <Facts
        rows={[
          [
            '哪一份',
            <Select
              key="backup"
              aria-label="哪一份备份"
              className="restore-choice"
              value={backup}
              loading={choosing.isPending}
              onChange={(other) => choosing.mutate(other)}
              options={holds.others.map((id, n) => ({
                value: id,
                label: n === 0 ? `${id}（最新）` : id,
              }))}
            />,
          ],
          ['备份时间', showMoment(holds.madeAt)],
          ['区', districtWords(holds)],
          ['案件', `${holds.issues} 件`],
          ['事件', `${holds.events} 条`],
          ['照片', photoWords(holds)],
        ]}
      />
      {replacedDemo !== null && (
        <Checkbox
          checked={mayReplaceDemo}
          onChange={(event) => setMayReplaceDemo(event.target.checked)}
        >
          同意用备份换掉这里的演示区 {replacedDemo}
        </Checkbox>
      )}
      {problem && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <div className="form-foot">
        <Button
          type="primary"
          size="large"
          loading={beginning.isPending}
          disabled={choosing.isPending || (replacedDemo !== null && !mayReplaceDemo)}
          onClick={() => beginning.mutate()}
        >
          开始恢复
        </Button>
      </div>
    </Panel>
  );
}

const districtWords = ({ districts }: RestorePreview): string =>
  districts.map(({ code, name }) => `${code} ${name}`).join('、') || '没有';

const photoWords = ({ photos, photoBytes, missing }: RestorePreview): string =>
  `${photos} 张，${showBytes(photoBytes)}${missing > 0 ? `（备份时就缺 ${missing} 张的文件）` : ''}`;

/** The bar; also for whoever comes to the page while a restore is going on. */
export function RestoreProgress({ token }: { token: string }) {
  const { data } = useRestore(token);
  if (!data) return <Loading rows={4} />;
  if (data.state !== 'running')
    return (
      <Panel title="恢复已结束" className="restore">
        <p role="status">{data.words ?? '请重新打开本页查看结果，或去登录。'}</p>
        <SignInButton />
      </Panel>
    );
  return (
    <Panel title="正在恢复" className="restore">
      <p role="status">
        {restorePhaseLabels[data.phase]}
        {data.total > 0 ? `：${data.done} / ${data.total}` : '……'}
      </p>
      <Progress percent={percentOf(data)} status="active" aria-label="恢复进度" />
      <p className="soft">
        完成后程序自动重新开放。中途断电或停止，下次启动时会说明，可以再做一次，不会留下一半数据。
      </p>
    </Panel>
  );
}

/** Everything that was loaded belongs to the installation as it was, so the page begins anew. */
const SignInButton = () => (
  <Button type="primary" href={paths.signIn()}>
    去登录
  </Button>
);

function Complete({ words, onAgain }: { words: string; onAgain: () => void }) {
  return (
    <Panel title="恢复完成" className="restore">
      <p role="status">{words}</p>
      <div className="form-foot">
        <SignInButton />
        <Button onClick={onAgain}>恢复另一份</Button>
      </div>
    </Panel>
  );
}
