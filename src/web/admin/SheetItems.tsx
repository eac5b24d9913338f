/** Sheet items: one part of a preview, each item with its rows and what differs; refusals by reason first. */
import { Checkbox } from 'antd';
import type { SheetItem, SheetItemKind } from '../../domain/sheetApi.ts';
import { useDistrict } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty } from '../ui/States.tsx';

interface Reason {
  message: string;
  count: number;
  rows: number[];
}

interface SheetItemsProps {
  id: string;
  kind: SheetItemKind;
  items: readonly SheetItem[];
  reasons: readonly Reason[];
  isExpired: boolean;
  /** Null once nothing can be chosen any more. */
  retire: 'all' | ReadonlySet<string> | null;
  onRetire: (retire: ReadonlySet<string>) => void;
}

const rowWords = (rows: readonly number[]): string =>
  rows.length === 0 ? '—' : rows.length > 6 ? `${rows.slice(0, 6).join('、')}……` : rows.join('、');

const Fields = ({ fields }: Pick<SheetItem, 'fields'>) => (
  <ul className="sheet-fields">
    {fields.slice(0, 40).map(({ title, before, after }) => (
      <li key={title}>
        <span className="soft">{title}</span> {before && <del>{before}</del>}{' '}
        {after ? <ins>{after}</ins> : <span className="soft">（清空）</span>}
      </li>
    ))}
    {fields.length > 40 && <li className="soft">……共 {fields.length} 处</li>}
  </ul>
);

/** The way to all refusals as a file, and which reasons several of them share: where none do, the list says all. */
function Reasons({ id, reasons }: { id: string; reasons: readonly Reason[] }) {
  const isShared = reasons.some(({ count }) => count > 1);
  const district = useDistrict();
  const columns: Column<Reason>[] = [
    { key: 'why', title: '原因', render: ({ message }) => message },
    { key: 'count', title: '行数', width: 90, isNumber: true, render: ({ count }) => count },
    { key: 'rows', title: '在第几行', width: 220, render: ({ rows }) => rowWords(rows) },
  ];
  return (
    <>
      <p>
        {isShared ? '按原因归类如下，' : '逐行列在下面，'}改正后重新上传。{' '}
        <a href={`/api/${district}/sheets/loads/${id}/refused.csv`} download>
          下载全部被拒的行
        </a>
      </p>
      {isShared && (
        <DataTable
          label="被拒的原因"
          rows={reasons}
          columns={columns}
          rowKey={({ message }) => message}
        />
      )}
    </>
  );
}

export function SheetItems({
  id,
  kind,
  items,
  reasons,
  isExpired,
  retire,
  onRetire,
}: SheetItemsProps) {
  if (isExpired) return <Empty title="预览已过期" words="预览保留一天，请重新上传文件。" />;
  if (items.length === 0) return <Empty title="这一部分没有内容" words="请看其他部分。" />;
  const tick = (itemId: string, isOn: boolean) => {
    const rest = items
      .filter((item) => item.message === null)
      .map((item) => item.id)
      .filter((one) => (retire === 'all' ? true : retire?.has(one)));
    const next = new Set(retire === 'all' ? rest : retire);
    if (isOn) next.add(itemId);
    else next.delete(itemId);
    onRetire(next);
  };
  const columns: Column<SheetItem>[] = [
    { key: 'rows', title: '行', width: 90, render: ({ rows }) => rowWords(rows) },
    ...(kind === 'refused'
      ? [
          {
            key: 'column',
            title: '列',
            width: 130,
            render: ({ column }: SheetItem) => column || '—',
          },
        ]
      : []),
    {
      key: 'label',
      title: '内容',
      width: 240,
      render: ({ label, id: itemId, message }) =>
        kind === 'gone' && retire !== null ? (
          <Checkbox
            disabled={message !== null}
            checked={message === null && (retire === 'all' || retire.has(itemId))}
            onChange={(event) => tick(itemId, event.target.checked)}
          >
            停用 {label}
          </Checkbox>
        ) : (
          <strong>{label || '—'}</strong>
        ),
    },
    {
      key: 'what',
      title: kind === 'refused' || kind === 'gone' || kind === 'other' ? '原因' : '差别',
      render: ({ fields, message }) => (
        <>
          {message && <span className={kind === 'refused' ? 'late' : 'soft'}>{message}</span>}
          {fields.length > 0 && kind !== 'same' && <Fields fields={fields} />}
        </>
      ),
    },
  ];
  return (
    <>
      {kind === 'refused' && reasons.length > 0 && <Reasons id={id} reasons={reasons} />}
      <DataTable
        label="预览的内容"
        rows={items}
        columns={columns}
        rowKey={(item) =>
          `${item.noun} ${item.id} ${item.rows.join()} ${item.column} ${item.message ?? ''}`
        }
      />
    </>
  );
}
