/** Units 单位: whatever can be dispatched to, by tree (块) and by line (条); renamed, merged, retired. */
import { useState } from 'react';
import { Input, Segmented } from 'antd';
import type { UnitRow } from '../../domain/peopleApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { unit, unitKindLabels } from '../../domain/unit.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAsk } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { StatusMark } from './PagedRegister.tsx';
import { RegisterPage, type ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';
import { UnitUseDialog } from './UnitUseDialog.tsx';
import { isFound, placed, type PlacedUnit, type UnitView } from './unitTree.ts';

const prefillOf = (row: UnitRow): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({
      name: row.name,
      kind: row.kind,
      parentId: row.parentId,
      areaCode: row.areaCode,
      guideUnitId: row.guideUnitId,
      leadUnitId: row.leadUnitId,
      memberUnitIds: row.memberUnitIds,
      dutyRoles: row.dutyRoles,
    }).filter(([, value]) => value !== null),
  );

/** An action on a unit that is first shown what it would move or meet. */
interface Weighed {
  open: OpenAction;
  row: UnitRow;
}

export default function UnitsPage() {
  const [filters, change] = useFilters();
  const { data, error, refetch } = useAsk('unitList', {});
  const [weighed, setWeighed] = useState<Weighed | null>(null);
  const words = filters.words ?? '';
  const view: UnitView = filters.view === 'line' ? 'line' : 'tree';
  const units = data?.units ?? [];
  const shown = units.filter(({ status }) => filters.retired === '1' || status === 'active');
  const rows = words
    ? shown.filter((one) => isFound(one, words)).map((one) => ({ unit: one, depth: 0 }))
    : placed(shown, view);
  const tools = (
    <>
      <Segmented
        aria-label="排列"
        value={view}
        options={[
          { value: 'tree', label: '按块（隶属）' },
          { value: 'line', label: '按条（业务指导）' },
        ]}
        onChange={(value) => change({ view: value === 'line' ? 'line' : undefined })}
      />
      <Segmented
        aria-label="状态"
        value={filters.retired === '1' ? '1' : '0'}
        options={[
          { value: '0', label: '在用' },
          { value: '1', label: '含停用' },
        ]}
        onChange={(value) => change({ retired: value === '1' ? '1' : undefined })}
      />
      <Input
        aria-label="按名称、曾用名、首字母、代码或类型筛选"
        placeholder="名称、首字母、代码、类型"
        style={{ width: 220 }}
        allowClear
        value={words}
        onChange={(event) => change({ words: event.target.value })}
      />
    </>
  );
  return (
    <RegisterPage
      title="单位"
      noun="unit"
      filters={tools}
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
        const onAction = (open: OpenAction, row: UnitRow) =>
          open.action === 'edit' ? choose(chosenOf(open, row)) : setWeighed({ open, row });
        return (
          <>
            <DataTable
              label="单位"
              rows={rows}
              columns={columnsOf(units, view, onAction)}
              rowKey={({ unit: { id } }) => id}
            />
            {weighed && (
              <UnitUseDialog
                {...weighed}
                onGo={() => {
                  choose(chosenOf(weighed.open, weighed.row));
                  setWeighed(null);
                }}
                onClose={() => setWeighed(null)}
              />
            )}
          </>
        );
      }}
    </RegisterPage>
  );
}

const chosenOf = (open: OpenAction, row: UnitRow): ChosenRecord => ({
  open,
  recordId: row.id,
  seen: row.version,
  subject: row.name,
  ...(open.action === 'edit' ? { prefill: prefillOf(row) } : {}),
});

function columnsOf(
  units: readonly UnitRow[],
  view: UnitView,
  onAction: (open: OpenAction, row: UnitRow) => void,
): Column<PlacedUnit>[] {
  const nameOf = (id: string | null): string | undefined =>
    units.find((other) => other.id === id)?.name;
  // The way up that the order shows needs no column of its own.
  const relation: Column<PlacedUnit> =
    view === 'tree'
      ? {
          key: 'guide',
          title: '业务指导（条）',
          width: 150,
          render: ({ unit: { guideUnitId } }) => nameOf(guideUnitId) ?? '—',
        }
      : {
          key: 'parent',
          title: '隶属（块）',
          width: 150,
          render: ({ unit: { parentId } }) => nameOf(parentId) ?? '—',
        };
  return [
    {
      key: 'name',
      title: '单位',
      render: ({ unit: row, depth }) => (
        <div style={{ paddingLeft: depth * 20 }}>
          <strong>{row.name}</strong> <span className="soft">{row.code}</span>{' '}
          {row.status !== 'active' && (
            <StatusMark isOn={false} words={unit.statuses[row.status] ?? row.status} />
          )}
          <UnitNotes row={row} nameOf={nameOf} />
        </div>
      ),
    },
    {
      key: 'kind',
      title: '类型',
      width: 116,
      render: ({ unit: { kind } }) => unitKindLabels[kind],
    },
    relation,
    {
      key: 'area',
      title: '所在区域',
      width: 140,
      render: ({ unit: { areaName } }) => areaName ?? '全区',
    },
    {
      key: 'posts',
      title: '岗位',
      width: 60,
      isNumber: true,
      render: ({ unit: { postCount } }) => postCount,
    },
    {
      key: 'do',
      title: '办理',
      width: 300,
      render: ({ unit: row }) => (
        <RowButtons
          noun="unit"
          id={row.id}
          actions={row.actions}
          onChoose={(open) => onAction(open, row)}
        />
      ),
    },
  ];
}

/** What else is to be said of a unit: former names, where it went, who leads and joins it. */
function UnitNotes({
  row: { aliases, mergedInto, leadUnitId, memberUnitIds },
  nameOf,
}: {
  row: UnitRow;
  nameOf: (id: string | null) => string | undefined;
}) {
  const notes = [
    ...(mergedInto ? [`已并入${nameOf(mergedInto) ?? ''}`] : []),
    ...(aliases.length > 0
      ? [`曾用名：${aliases.map(({ name, until }) => `${name}（至 ${until}）`).join('、')}`]
      : []),
    ...(leadUnitId ? [`牵头：${nameOf(leadUnitId) ?? ''}`] : []),
    ...(memberUnitIds.length > 0
      ? [`成员：${memberUnitIds.flatMap((id) => nameOf(id) ?? []).join('、')}`]
      : []),
  ];
  return notes.map((words) => (
    <div key={words} className="cell-sub">
      {words}
    </div>
  ));
}
