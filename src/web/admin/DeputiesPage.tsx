/** Deputies 代班: who stands in for whom, from when to when. */
import { deputy } from '../../domain/deputy.ts';
import type { DeputyRow } from '../../domain/peopleApi.ts';
import type { Column } from '../ui/DataTable.tsx';
import { RosterTabs } from './RosterTabs.tsx';
import { PagedRegister, StatusMark } from './PagedRegister.tsx';

const columns: Column<DeputyRow>[] = [
  { key: 'post', title: '被代岗位', render: ({ postWords }) => <strong>{postWords}</strong> },
  { key: 'deputy', title: '代班人', render: ({ deputyWords }) => deputyWords },
  { key: 'unit', title: '单位', width: 180, render: ({ unitName }) => unitName ?? '—' },
  {
    key: 'days',
    title: '日期',
    width: 210,
    render: ({ fromDay, toDay }) => `${fromDay} 至 ${toDay}`,
  },
  { key: 'note', title: '说明', width: 140, render: ({ note }) => note ?? '—' },
  {
    key: 'status',
    title: '状态',
    width: 90,
    render: ({ status, isNow }) => (
      <StatusMark
        isOn={isNow}
        words={isNow ? '代班中' : status === 'retired' ? '已结束' : '未到或已过'}
      />
    ),
  },
];

export default function DeputiesPage() {
  return (
    <PagedRegister<DeputyRow>
      title="代班"
      noun="deputy"
      query="deputyList"
      counter="条"
      tabs={<RosterTabs current="代班" />}
      choices={[
        {
          name: 'status',
          label: '状态',
          options: Object.entries(deputy.statuses).map(([value, label]) => ({ value, label })),
        },
      ]}
      columns={columns}
      subjectOf={({ postWords, deputyWords }) => `${deputyWords} 代 ${postWords}`}
      prefillOf={({ toDay }) => ({ toDay })}
      actionsWidth={220}
      emptyWords="休假、外出前在这里安排代班，消息和值班会转给代班人。"
    />
  );
}
