/** Outside addresses 外部地址白名单: the internal addresses that the program may call, and what for. */
import { outsideAddress } from '../../domain/outsideAddress.ts';
import type { OutsideAddressRow } from '../../domain/outsideApi.ts';
import type { Column } from '../ui/DataTable.tsx';
import { OutsideTabs } from './OutsideTabs.tsx';
import { PagedRegister, StatusMark } from './PagedRegister.tsx';

const columns: Column<OutsideAddressRow>[] = [
  { key: 'host', title: '地址', width: 260, render: ({ host }) => <strong>{host}</strong> },
  { key: 'port', title: '端口', width: 90, render: ({ port }) => port ?? '全部' },
  { key: 'purpose', title: '用途', render: ({ purpose }) => purpose },
  {
    key: 'status',
    title: '状态',
    width: 90,
    render: ({ status }) => (
      <StatusMark isOn={status === 'active'} words={outsideAddress.statuses[status] ?? status} />
    ),
  },
];

export default function OutsideAddressesPage() {
  return (
    <PagedRegister<OutsideAddressRow>
      title="外部地址白名单"
      noun="outsideAddress"
      query="outsideAddressList"
      counter="个"
      tabs={<OutsideTabs current="外部地址白名单" />}
      choices={[
        {
          name: 'status',
          label: '状态',
          options: Object.entries(outsideAddress.statuses).map(([value, label]) => ({
            value,
            label,
          })),
        },
      ]}
      columns={columns}
      subjectOf={({ host, port }) => (port === null ? host : `${host}:${port}`)}
      prefillOf={({ purpose }) => ({ purpose })}
      actionsWidth={220}
      emptyWords="互联网上的地址可以直接访问；政务外网等内部网络的地址，须先在这里添加，事件订阅、短信网关、取照片等才能使用。"
    />
  );
}
