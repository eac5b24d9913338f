/** Units 单位: whatever can be dispatched to, with its place in the tree. */
import { Input } from 'antd';
import type { Directory } from '../../domain/views.ts';
import { unit, unitKindLabels } from '../../domain/unit.ts';
import { areaName } from '../desk/directoryChoices.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useDirectory } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { RegisterPage, useRecordActions } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

type UnitItem = Directory['units'][number];

const kindWords: Record<string, string> = unitKindLabels;

export default function UnitsPage() {
  const [filters, change] = useFilters();
  const { data, error, refetch } = useDirectory();
  const actionsOf = useRecordActions('unit');
  const words = filters.words ?? '';
  const rows = (data?.units ?? []).filter(({ name, code, kind }) =>
    `${name}${code}${kindWords[kind] ?? ''}`.includes(words),
  );
  const search = (
    <Input
      aria-label="按名称、代码或类型筛选"
      placeholder="名称、代码、类型"
      style={{ width: 220 }}
      allowClear
      value={words}
      onChange={(event) => change({ words: event.target.value })}
    />
  );
  return (
    <RegisterPage
      title="单位"
      noun="unit"
      filters={search}
      {...(data ? { count: `共 ${rows.length} 个` } : {})}
    >
      {(choose) => {
        if (!data)
          return error ? (
            <Failure error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading rows={10} />
          );
        if (rows.length === 0)
          return <Empty title="没有符合条件的单位" words="换个词再查，或由系统管理员新增。" />;
        const prefillOf = ({ name, kind, parentId, areaCode, dutyRoles }: UnitItem) => ({
          name,
          kind,
          parentId: parentId ?? undefined,
          areaCode: areaCode ?? undefined,
          dutyRoles,
        });
        const columns: Column<UnitItem>[] = [
          { key: 'name', title: '单位', render: ({ name }) => <strong>{name}</strong> },
          { key: 'code', title: '代码', width: 170, render: ({ code }) => code },
          { key: 'kind', title: '类型', width: 130, render: ({ kind }) => kindWords[kind] ?? kind },
          {
            key: 'parent',
            title: '上级单位',
            width: 200,
            render: ({ parentId }) => data.units.find(({ id }) => id === parentId)?.name ?? '—',
          },
          {
            key: 'area',
            title: '所在区域',
            width: 200,
            render: ({ areaCode }) => (areaCode ? areaName(data, areaCode) : '全区'),
          },
          {
            key: 'status',
            title: '状态',
            width: 80,
            render: ({ status }) => (
              <span className={`mark ${status === 'active' ? 'mark-done' : 'mark-off'}`}>
                {unit.statuses[status] ?? status}
              </span>
            ),
          },
          {
            key: 'do',
            title: '办理',
            width: 210,
            render: (item) => (
              <RowButtons
                noun="unit"
                id={item.id}
                actions={actionsOf(item)}
                onChoose={(open) =>
                  choose({
                    open,
                    recordId: item.id,
                    seen: item.version,
                    subject: item.name,
                    ...(open.action === 'edit' ? { prefill: prefillOf(item) } : {}),
                  })
                }
              />
            ),
          },
        ];
        return <DataTable label="单位" rows={rows} columns={columns} rowKey={({ id }) => id} />;
      }}
    </RegisterPage>
  );
}
