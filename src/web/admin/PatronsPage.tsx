/** Patrons 包街包片: the leaders answerable for areas. */
import { areaLevelLabels } from '../../domain/area.ts';
import type { PatronRow } from '../../domain/peopleApi.ts';
import { paths } from '../paths.ts';
import type { Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { RosterTabs } from './RosterTabs.tsx';
import { PagedRegister, StatusMark } from './PagedRegister.tsx';

const levelOf = (code: string): string =>
  ({
    6: areaLevelLabels.district,
    9: areaLevelLabels.subdistrict,
    12: areaLevelLabels.community,
    15: areaLevelLabels.cell,
  })[code.length] ?? '';

const columns: Column<PatronRow>[] = [
  {
    key: 'area',
    title: '区域',
    render: ({ areaCode, areaName }) => (
      <>
        <Link href={paths.deskIssues({ area: areaCode })}>{areaName}</Link>
        <div className="cell-sub">{levelOf(areaCode)}</div>
      </>
    ),
  },
  { key: 'name', title: '领导', width: 130, render: ({ name }) => <strong>{name}</strong> },
  { key: 'title', title: '职务', width: 200, render: ({ title }) => title },
  {
    key: 'days',
    title: '日期',
    width: 220,
    render: ({ fromDay, toDay }) => `${fromDay} 起${toDay ? `，至 ${toDay}` : ''}`,
  },
  {
    key: 'status',
    title: '状态',
    width: 90,
    render: ({ isNow }) => <StatusMark isOn={isNow} words={isNow ? '在任' : '不在任'} />,
  },
];

export default function PatronsPage() {
  return (
    <PagedRegister<PatronRow>
      title="包街包片"
      noun="patron"
      query="patronList"
      counter="条"
      search="姓名、职务"
      tabs={<RosterTabs current="包街包片" />}
      choices={[{ name: 'mine', label: '范围', options: [{ value: '1', label: '我包的' }] }]}
      columns={columns}
      subjectOf={({ name, areaName }) => `${name}　${areaName}`}
      prefillOf={({ title, toDay }) => ({ title, ...(toDay ? { toDay } : {}) })}
      actionsWidth={180}
      emptyWords="由系统管理员指定每条街、每个社区的包片领导。"
    />
  );
}
