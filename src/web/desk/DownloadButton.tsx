/** Download button 导出: a list as a file: form, columns, and a reason when it is long enough to need consent. */
import { useState } from 'react';
import { Alert, Button, Checkbox, Input, Modal, Radio } from 'antd';
import { DownloadOutlined } from '@ant-design/icons';
import { downloadLists, freeRows, mostRows, type DownloadListName } from '../../domain/download.ts';
import { useSendAction } from '../admin/useSendAction.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { useGo } from '../ui/Link.tsx';

interface DownloadButtonProps {
  list: DownloadListName;
  /** The input of the list's query, as the page asks it. */
  input: Record<string, unknown>;
}

export function DownloadButton(props: DownloadButtonProps) {
  const { post } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  // The system administrator takes master data out as sheets.
  if (post?.role === 'systemAdmin') return null;
  return (
    <>
      <Button icon={<DownloadOutlined aria-hidden />} onClick={() => setIsOpen(true)}>
        导出
      </Button>
      {isOpen && <DownloadForm {...props} onClose={() => setIsOpen(false)} />}
    </>
  );
}

const keyOf = (list: string): string => `civicloop.columns.${list}`;

/** The columns chosen last on this device, else those of the list's page. */
function rememberedColumns(list: DownloadListName): string[] {
  const columns = downloadLists[list].columns.map(({ key, isExtra }) => ({ key, isExtra }));
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(list)) ?? '[]') as string[];
    const known = kept.filter((key) => columns.some((column) => column.key === key));
    if (known.length > 0) return known;
  } catch {
    // A browser without storage begins with the list's own columns.
  }
  return columns.filter(({ isExtra }) => !isExtra).map(({ key }) => key);
}

function remember(list: string, columns: string[]): void {
  try {
    localStorage.setItem(keyOf(list), JSON.stringify(columns));
  } catch {
    // Nothing is lost but the choice.
  }
}

/** The filters of the list: what is asked, the page apart. */
function filtersOf(input: Record<string, unknown>): Record<string, string> {
  const { limit: _limit, cursor: _cursor, ...filters } = input;
  return Object.fromEntries(
    Object.entries(filters).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  );
}

function DownloadForm({ list, input, onClose }: DownloadButtonProps & { onClose: () => void }) {
  const go = useGo();
  const filters = filtersOf(input);
  const { data, error } = useAsk('downloadSize', { list, filters });
  const [form, setForm] = useState<'xlsx' | 'csv'>('xlsx');
  const [columns, setColumns] = useState(() => rememberedColumns(list));
  const [reason, setReason] = useState('');
  const { send, problem, isSending } = useSendAction({ noun: 'download', action: 'ask', id: null });
  const rowCount = data?.rowCount;
  const isLong = rowCount !== undefined && rowCount > freeRows;
  const isTooLong = rowCount !== undefined && rowCount > mostRows;
  const ask = async (): Promise<void> => {
    const { words, ...rest } = filters;
    remember(list, columns);
    const isSent = await send({
      list,
      form,
      columns,
      filters: rest,
      ...(words ? { words } : {}),
      ...(reason.trim() ? { reason } : {}),
    });
    if (isSent) go(paths.downloads());
  };
  return (
    <Modal
      open
      title={`导出${downloadLists[list].label}`}
      okText={isLong ? '提出申请' : '导出'}
      cancelText="取消"
      onOk={() => void ask()}
      onCancel={onClose}
      confirmLoading={isSending}
      okButtonProps={{
        disabled:
          columns.length === 0 ||
          rowCount === undefined ||
          isTooLong ||
          (isLong && reason.trim() === ''),
      }}
    >
      <p>
        {rowCount === undefined
          ? (error?.message ?? '正在统计行数……')
          : `按现在的筛选共 ${isTooLong ? '100 万行以上' : `${rowCount.toLocaleString('zh-CN')} 行`}。`}
        {isTooLong && '请用筛选条件缩小范围后再导出。'}
      </p>
      <fieldset className="fieldset">
        <legend>格式</legend>
        <Radio.Group
          value={form}
          onChange={(event) => setForm(event.target.value as 'xlsx' | 'csv')}
          options={[
            { value: 'xlsx', label: 'Excel（XLSX）' },
            { value: 'csv', label: 'CSV（UTF-8）' },
          ]}
        />
      </fieldset>
      <fieldset className="fieldset">
        <legend>列</legend>
        <Checkbox.Group
          value={columns}
          onChange={(chosen) => setColumns(chosen)}
          options={downloadLists[list].columns.map(({ key, title }) => ({
            value: key,
            label: title,
          }))}
        />
      </fieldset>
      {isLong && !isTooLong && (
        <label>
          超过 5,000 行须由值班长或领导审批，请填写理由
          <Input.TextArea
            rows={2}
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      )}
      <p className="soft">
        文件带有您的姓名、岗位和时间，每次导出和下载均留痕；不含诉求人信息，保密来件的内容不导出。
      </p>
      {problem && <Alert type="error" showIcon message={problem.words} />}
    </Modal>
  );
}
