import type { CalendarPreview, MovedDeadline } from '../../domain/standardsApi.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';

const addressOf = ({ noun, id, issueId }: MovedDeadline): string =>
  noun === 'report' ? paths.report(id) : paths.issue(issueId ?? id);

const columns: Column<MovedDeadline>[] = [
  {
    key: 'name',
    title: '记录',
    render: (row) => <Link href={addressOf(row)}>{row.name}</Link>,
  },
  { key: 'clock', title: '时限', width: 130, render: ({ clock }) => clock },
  {
    key: 'before',
    title: '载入前',
    width: 130,
    isNumber: true,
    render: ({ before }) => showMoment(before),
  },
  {
    key: 'after',
    title: '载入后',
    width: 130,
    isNumber: true,
    render: ({ after }) => <strong>{showMoment(after)}</strong>,
  },
];

/** Before and after of the deadlines that wait for the notice. */
export function PreviewTable({ preview }: { preview: CalendarPreview }) {
  const { checked, isMore, moved, settled, rows } = preview;
  return (
    <Panel title="对时限的影响（还没有保存）">
      <p>
        待节假日公布的记录{isMore ? '超过' : '共'} {checked.toLocaleString('zh-CN')} 件
        {isMore ? '，先算这些：' : '：'}
        {moved.toLocaleString('zh-CN')} 件的时限会改变，{settled.toLocaleString('zh-CN')}{' '}
        件不再待定。
      </p>
      {rows.length > 0 && (
        <>
          {moved > rows.length && <p className="soft">只列前 {rows.length} 条。</p>}
          <DataTable
            label="时限前后对比"
            rows={rows}
            columns={columns}
            rowKey={({ id, clock }) => `${id} ${clock}`}
          />
        </>
      )}
    </Panel>
  );
}
