/** One table of findings: its zip of photos, its first rows as they will be, importing it, taking it back. */
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { maxArchiveBytes } from '../../domain/findingApi.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { doFindingSlice, refusedFindings, sendPhotos, zipPhoto } from './findingsClient.ts';
import { canTakeRefused, countText, LoadDecision, PreviewRows, RefusedRows } from './LoadParts.tsx';
import { Failure } from './PagedList.tsx';

type View = QueryOutput<'findingLoad'>;
type Load = View['load'];

const factsOf = ({ status, counts }: Load): [string, number][] => [
  [status === 'checked' ? '将新增' : '新增', counts.added],
  [status === 'checked' ? '将更正' : '更正', counts.changed],
  ['已有、没有变化', counts.known],
  ['被拒', counts.refused],
  ['照片', counts.photos],
  ...(counts.withdrawn + counts.stays > 0
    ? ([
        ['已撤回', counts.withdrawn],
        ['保持原样', counts.stays],
      ] as [string, number][])
    : []),
];

export function FindingsLoad({ id }: { id: string }) {
  const district = useDistrict();
  const { personId } = useSession();
  const { data, error, refetch } = useAsk('findingLoad', { id });
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />;
  const { load, preview, stays } = data;
  return (
    <>
      <Panel title={load.fileName} extra={<Link href={paths.findingLoads()}>换一个文件</Link>}>
        <LoadDecision
          load={load}
          doSlice={(step) => doFindingSlice(district, load.id, step)}
          facts={factsOf}
          countOf={({ counts }) => counts.added + counts.changed}
          shareOf={({ doneRows, rows }) => doneRows / Math.max(1, rows)}
          undoWords="还没有受理的测评发现连同来件逐件撤回并留痕；已受理、已立案的保持原样并列出，更正过的内容不改回。"
          onward={<Link href={paths.findings({ load: load.id })}>看导入的测评发现</Link>}
        />
      </Panel>
      {load.status === 'checked' && personId === load.personId && <Photos load={load} />}
      {load.reasons.length > 0 && (
        <RefusedRows
          count={load.counts.refused}
          reasons={load.reasons}
          address={canTakeRefused(load, personId) ? refusedFindings(district, load.id) : null}
        />
      )}
      {preview.length > 0 && (
        <PreviewRows
          rows={preview}
          extra={({ photos }) =>
            photos.length > 0 && (
              <div className="finding-photos">
                {photos.map(({ n, name }) => (
                  <figure key={n}>
                    <img src={zipPhoto(district, load.id, n)} alt={name} loading="lazy" />
                    <figcaption title={name}>{name.split('/').at(-1)}</figcaption>
                  </figure>
                ))}
              </div>
            )
          }
        />
      )}
      {stays.length > 0 && <Stays stays={stays} />}
    </>
  );
}

/** The zip of photos: which one is there, and sending one. */
function Photos({ load }: { load: Load }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (file: File | undefined): Promise<void> => {
    if (!file || share !== null) return;
    if (file.size > maxArchiveBytes) return setProblem('压缩包超过 1 GB，请按街道分几次上传');
    setProblem(null);
    setShare(0);
    try {
      await sendPhotos(district, load.id, file, setShare);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '上传失败，请重试');
    } finally {
      setShare(null);
      await queryClient.invalidateQueries({ queryKey: [district, 'findingLoad'] });
    }
  };
  return (
    <Panel title="照片压缩包">
      <p className="soft">
        {load.archive
          ? `${load.archive.fileName}，${countText(load.archive.photos)} 张照片。可以换一个重新上传。`
          : '把表格里写到的照片压缩为一个 ZIP 上传，文件名与表格里一致；不写照片的行不需要。'}
      </p>
      <Button loading={share !== null} onClick={() => input.current?.click()}>
        {load.archive ? '换照片压缩包' : '选择照片压缩包'}
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label="照片压缩包"
        accept=".zip"
        onChange={(event) => {
          void send(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {share !== null && (
        <div role="status">
          <Progress percent={Math.round(share * 100)} showInfo={false} status="active" />
          {share < 1 ? `正在上传 ${Math.round(share * 100)}%` : '已上传，正在核对照片……'}
        </div>
      )}
      {problem && <Alert type="error" showIcon title="没有读取" description={problem} />}
    </Panel>
  );
}

function Stays({ stays }: { stays: View['stays'] }) {
  const columns: Column<View['stays'][number]>[] = [
    {
      key: 'words',
      title: '检查项目',
      render: ({ id, words }) => <Link href={paths.finding(id)}>{words}</Link>,
    },
    { key: 'why', title: '为什么保持原样', width: 260, render: ({ why }) => why },
  ];
  return (
    <Panel title="没有撤回的">
      <DataTable
        label="没有撤回的测评发现"
        rows={stays}
        columns={columns}
        rowKey={({ id }) => id}
      />
    </Panel>
  );
}
