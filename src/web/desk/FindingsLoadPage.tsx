/** Findings load 测评发现导入: a table and its photos brought in, looked through, imported, and taken back. */
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { maxArchiveBytes, maxFindingBytes, maxFindingRows } from '../../domain/findingApi.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { FindingsLoad } from './FindingsLoad.tsx';
import { sendPhotos, sendTable, templateAddress } from './findingsClient.ts';
import { countText } from './LoadParts.tsx';
import { PastLoads } from './PastLoads.tsx';
import { useFilters } from './useFilters.ts';
import './orders.css';
import './findings.css';

export default function FindingsLoadPage() {
  const [filters, change] = useFilters();
  return (
    <div className="orders-page">
      <div className="page-head">
        <h1>测评发现导入</h1>
        <span className="grow" />
        <Link href={paths.findings()}>测评发现列表</Link>
      </div>
      {filters.load ? (
        <FindingsLoad key={filters.load} id={filters.load} />
      ) : (
        <Upload onLoaded={(load) => change({ load })} />
      )}
      <Loads />
    </div>
  );
}

const isZip = ({ name }: File): boolean => /\.zip$/i.test(name);

interface Chosen {
  table: File;
  zip: File | undefined;
}

/** The table and, if there is one, the zip among the files chosen; or what is wrong with them. */
function sorted(files: readonly File[]): Chosen | string {
  const zips = files.filter(isZip);
  const tables = files.filter((file) => !isZip(file));
  const [table] = tables;
  if (!table) return '请选择表格（XLSX 或 CSV）；照片压缩包可以一起选，也可以之后再传';
  if (tables.length > 1 || zips.length > 1)
    return '一次只能上传一个表格和一个照片压缩包，请逐次上传';
  if (/\.(?:rar|7z)$/i.test(table.name)) return '照片请压缩为 ZIP，不能是 RAR 或 7z';
  if (table.size > maxFindingBytes)
    return `表格超过 ${maxFindingBytes / 1024 / 1024} MB，请删去图片或分成几个文件`;
  const [zip] = zips;
  return zip && zip.size > maxArchiveBytes ? '压缩包超过 1 GB，请按街道分几次上传' : { table, zip };
}

function Upload({ onLoaded }: { onLoaded: (id: string) => void }) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [progress, setProgress] = useState<{ words: string; share: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const send = async (list: FileList | null): Promise<void> => {
    if (!list || list.length === 0 || progress) return;
    const chosen = sorted([...list]);
    if (typeof chosen === 'string') return setProblem(chosen);
    setProblem(null);
    const tell = (words: string) => (share: number) =>
      setProgress({ words: share < 1 ? `正在上传${words}` : `正在核对${words}`, share });
    try {
      tell('表格')(0);
      const { id } = await sendTable(district, chosen.table, tell('表格'));
      if (chosen.zip)
        await sendPhotos(district, id, chosen.zip, tell('照片')).catch((error: unknown) => {
          setProblem(error instanceof Error ? error.message : '照片上传失败，请重试');
        });
      await queryClient.invalidateQueries({ queryKey: [district, 'findingLoads'] });
      onLoaded(id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '上传失败，请重试');
    } finally {
      setProgress(null);
    }
  };

  return (
    <Panel
      title="上传表格和照片"
      extra={
        <span className="buttons">
          <a href={templateAddress(district, 'table')} download>
            下载表格模板
          </a>
          <a href={templateAddress(district, 'photos')} download>
            下载示例照片
          </a>
        </span>
      }
    >
      <div
        className="orders-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void send(event.dataTransfer.files);
        }}
      >
        <p>把测评表格和照片压缩包一起拖到这里，或</p>
        <Button type="primary" loading={progress !== null} onClick={() => input.current?.click()}>
          选择文件
        </Button>
        <p className="soft">
          表格为 XLSX 或 CSV，不超过 {maxFindingRows.toLocaleString('zh-CN')} 行；照片放进一个
          ZIP，文件名写在“照片”一列。上传后先核对，不会写入。
        </p>
        <input
          ref={input}
          type="file"
          multiple
          className="visually-hidden"
          aria-label="测评表格和照片压缩包"
          accept=".xlsx,.csv,.zip"
          onChange={(event) => {
            void send(event.target.files);
            event.target.value = '';
          }}
        />
      </div>
      {progress && (
        <div role="status">
          <Progress percent={Math.round(progress.share * 100)} showInfo={false} status="active" />
          {progress.words} {Math.round(progress.share * 100)}%
        </div>
      )}
      {problem && <Alert type="error" showIcon title="没有读取" description={problem} />}
    </Panel>
  );
}

function Loads() {
  return (
    <PastLoads
      title="测评发现"
      loads={useAsk('findingLoads', {})}
      hrefOf={(id) => paths.findingLoads({ load: id })}
      more={[
        {
          key: 'photos',
          title: '照片',
          width: 90,
          isNumber: true,
          render: ({ archive }) => (archive ? countText(archive.photos) : '—'),
        },
      ]}
      emptyWords="下载表格模板填写，照片放进一个 ZIP，一起上传。"
    />
  );
}
