/** Sheet upload: choosing or dropping a file, its way to the server, and why it was not read. */
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { maxSheetRows, sheets, type SheetName } from '../../domain/sheetList.ts';
import { useDistrict } from '../queryHooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { maxFileBytes, sendSheet } from './sheetClient.ts';

interface SheetUploadProps {
  sheet: SheetName;
  onLoaded: (id: string) => void;
}

export function SheetUpload({ sheet, onLoaded }: SheetUploadProps) {
  const district = useDistrict();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isBusy = share !== null;
  const { title } = sheets[sheet];

  const send = async (file: File | undefined): Promise<void> => {
    if (!file || isBusy) return;
    if (file.size > maxFileBytes)
      return setProblem('文件超过 10 MB，请删去图片和多余的工作表，或分成几个文件');
    setProblem(null);
    setShare(0);
    try {
      const { id } = await sendSheet(district, sheet, file, setShare);
      await queryClient.invalidateQueries({ queryKey: [district, 'sheetLoads'] });
      onLoaded(id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : '上传失败，请重试');
    } finally {
      setShare(null);
    }
  };

  return (
    <Panel title="二、上传，先看预览">
      <div
        className="sheet-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void send(event.dataTransfer.files[0]);
        }}
      >
        <p>把改好的{title}表格拖到这里，或</p>
        <Button type="primary" loading={isBusy} onClick={() => input.current?.click()}>
          选择文件
        </Button>
        <p className="soft">
          XLSX 或 CSV，不超过 10 MB、{maxSheetRows.toLocaleString('zh-CN')}{' '}
          行。上传后只是预览，不会写入。
        </p>
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          aria-label={`${title}表格文件`}
          accept=".xlsx,.csv,.txt"
          onChange={(event) => {
            void send(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      {isBusy && (
        <div role="status">
          <Progress percent={Math.round(share * 100)} showInfo={false} status="active" />
          {share < 1 ? `正在上传 ${Math.round(share * 100)}%` : '已上传，正在读取和比较……'}
        </div>
      )}
      {problem && <Alert type="error" showIcon title="没有读取" description={problem} />}
    </Panel>
  );
}
