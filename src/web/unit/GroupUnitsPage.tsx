/** Units side by side 单位对照: how the units claim and rectify, today, this week or on days chosen; sortable. */
import { Button, Input } from 'antd';
import { claimRate, handleRate, type GroupFigures } from '../../domain/groupFigures.ts';
import { addDays, localDay, weekday } from '../../domain/moment.ts';
import { rateText } from '../../domain/rateText.ts';
import { unitKindLabels } from '../../domain/unit.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters, type Filters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useIsNarrow, useNow } from '../ui/hooks.ts';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { GroupHead } from './GroupTabs.tsx';
import { GroupUnitSelect } from './GroupUnitSelect.tsx';

type Compared = Pick<QueryOutput<'groupUnits'>['units'][number], 'unitId' | 'unitName' | 'figures'>;

/** A number of the table: what is shown, and what is sorted by. */
interface Measure {
  key: string;
  title: string;
  value: (figures: GroupFigures) => number | null;
  text?: (figures: GroupFigures) => string;
  /** The bar below the number: a share of 0 … 1, or of the largest in the column. */
  bar?: 'share' | 'largest';
  isLate?: boolean;
}

const counted = (rate: number | null, part: number, whole: number): string =>
  rate === null ? '—' : `${rateText(rate)}（${part}/${whole}）`;

const measures: Measure[] = [
  { key: 'dispatched', title: '新派', value: (f) => f.dispatched, bar: 'largest' },
  {
    key: 'claimRate',
    title: '及时领办率',
    value: claimRate,
    text: (f) => counted(claimRate(f), f.claimedInTime, f.claimDecided),
    bar: 'share',
  },
  {
    key: 'claimMinutes',
    title: '领办中位数（分）',
    value: (f) => f.claimMinutes,
    text: ({ claimMinutes }) => (claimMinutes === null ? '—' : String(Math.round(claimMinutes))),
  },
  { key: 'unclaimedLate', title: '超时未领', value: (f) => f.unclaimedLate, isLate: true },
  { key: 'rectified', title: '整改完成', value: (f) => f.rectified, bar: 'largest' },
  {
    key: 'handleRate',
    title: '按期处置率',
    value: handleRate,
    text: (f) => counted(handleRate(f), f.rectifiedInTime, f.due),
    bar: 'share',
  },
  { key: 'open', title: '在办', value: (f) => f.open },
  { key: 'overdue', title: '超期未整改', value: (f) => f.overdue, isLate: true },
  { key: 'reopened', title: '重开', value: (f) => f.reopened },
];

const usualSort = 'unclaimedLate';

/** The days of the address: today unless chosen. */
const daysOf = ({ from, to }: Filters, today: string) => ({ from: from ?? today, to: to ?? today });

export default function GroupUnitsPage() {
  const [filters, change] = useFilters();
  const now = useNow(60_000);
  const today = localDay(now);
  const { unit } = filters;
  const days = daysOf(filters, today);
  const { data, error, refetch } = useAsk(
    'groupUnits',
    { ...days, ...(unit ? { unit } : {}) },
    { refetchInterval: 60_000, isKept: true },
  );
  return (
    <>
      <GroupHead page="units" unit={unit} />
      <Period filters={filters} today={today} onChange={change} />
      <p className="soft">
        各单位含下级单位。及时领办率＝时限内领办数/应领办数，按期处置率＝按期处置数/应处置数（按整改时限所在日期计）；在办、超时未领、超期未整改为此刻。
      </p>
      {data ? (
        <Compare data={data} filters={filters} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </>
  );
}

interface PeriodProps {
  filters: Filters;
  today: string;
  onChange: (part: Record<string, string | undefined>) => void;
}

function Period({ filters, today, onChange }: PeriodProps) {
  const monday = addDays(today, 1 - weekday(today));
  const days = daysOf(filters, today);
  const spans = [
    { label: '今日', from: today, to: today },
    { label: '本周', from: monday, to: today },
    { label: '上周', from: addDays(monday, -7), to: addDays(monday, -1) },
  ];
  const kinds = Object.entries(unitKindLabels).map(([value, label]) => ({ value, label }));
  return (
    <>
      <Tabs
        label="时段"
        tabs={spans.map(({ label, from, to }) => ({
          label,
          href: paths.groupUnits({
            ...filters,
            from: from === today ? undefined : from,
            to: to === today ? undefined : to,
          }),
          isCurrent: days.from === from && days.to === to,
        }))}
      />
      <div className="filters" role="search" aria-label="筛选">
        <GroupUnitSelect value={filters.unit} onChange={(unit) => onChange({ unit })} />
        <FilterSelect
          label="单位类型"
          width={124}
          value={filters.kind}
          options={kinds}
          onChange={(kind) => onChange({ kind })}
        />
        {(['from', 'to'] as const).map((end) => (
          <Input
            key={end}
            aria-label={end === 'from' ? '起始日期' : '截止日期'}
            type="date"
            prefix={end === 'from' ? '从' : '到'}
            style={{ width: 146 }}
            value={days[end]}
            max={today}
            onChange={(event) => onChange({ [end]: event.target.value })}
          />
        ))}
      </div>
    </>
  );
}

function Compare({ data, filters }: { data: QueryOutput<'groupUnits'>; filters: Filters }) {
  const { sort = usualSort, order = 'desc', kind } = filters;
  const units = data.units.filter((each) => !kind || each.kind === kind);
  if (units.length === 0)
    return <Empty title="没有可对照的单位" words="这段时间没有派单，换一个时段或单位类型再看。" />;
  const measure = measures.find(({ key }) => key === sort);
  const sign = order === 'asc' ? 1 : -1;
  const rank = ({ figures }: Compared): number =>
    measure?.value(figures) ?? Number.NEGATIVE_INFINITY * sign;
  const sorted = [...units].sort((a, b) => sign * (rank(a) - rank(b)) || compareOpen(a, b));
  return (
    <>
      <Sorting filters={filters} />
      <DataTable
        label="单位对照"
        rows={[...sorted, { unitId: '', unitName: '合计', figures: data.total }]}
        rowKey={({ unitId }) => unitId || 'total'}
        columns={columnsOf(units)}
      />
    </>
  );
}

/** By which number the units are in order: a list on a phone, buttons elsewhere; again: the other way round. */
function Sorting({ filters }: { filters: Filters }) {
  const go = useGo();
  const isNarrow = useIsNarrow();
  const { sort = usualSort, order = 'desc' } = filters;
  const sortBy = (key: string | undefined) =>
    go(
      paths.groupUnits({
        ...filters,
        sort: key,
        order: sort === key && order === 'desc' ? 'asc' : undefined,
      }),
      { replace: true },
    );
  if (isNarrow)
    return (
      <div className="filters">
        <FilterSelect
          label="排序"
          width={160}
          value={sort}
          options={measures.map(({ key, title }) => ({ value: key, label: `按${title}` }))}
          onChange={sortBy}
        />
      </div>
    );
  return (
    <div className="filters" role="group" aria-label="排序">
      <span className="soft">排序</span>
      {measures.map(({ key, title }) => (
        <Button
          key={key}
          size="small"
          type={sort === key ? 'primary' : 'default'}
          aria-pressed={sort === key}
          onClick={() => sortBy(key)}
        >
          {title}
          {sort === key && (order === 'asc' ? ' ↑' : ' ↓')}
        </Button>
      ))}
    </div>
  );
}

const compareOpen = (a: Compared, b: Compared): number => b.figures.open - a.figures.open;

const columnsOf = (units: readonly Compared[]): Column<Compared>[] => [
  {
    key: 'unit',
    title: '单位',
    render: ({ unitId, unitName }) =>
      unitId ? (
        <Link href={paths.groupFeed({ unit: unitId })}>{unitName}</Link>
      ) : (
        <strong>{unitName}</strong>
      ),
  },
  ...measures.map((measure): Column<Compared> => {
    const { key, title, value, bar, isLate } = measure;
    const largest = Math.max(1, ...units.map(({ figures }) => value(figures) ?? 0));
    return {
      key,
      title,
      isNumber: true,
      render: ({ unitId, figures }) => {
        const number = value(figures);
        const share = bar === 'share' ? (number ?? 0) : (number ?? 0) / largest;
        return (
          <>
            <span className={isLate && number ? 'late' : undefined}>
              {measure.text ? measure.text(figures) : (number ?? '—')}
            </span>
            {bar && unitId && number !== null && (
              <Bar share={share} isLate={bar === 'share' && share < 0.8} />
            )}
          </>
        );
      },
    };
  }),
];

const Bar = ({ share, isLate }: { share: number; isLate: boolean }) => (
  <span className="group-bar" data-tone={isLate ? 'late' : undefined} aria-hidden="true">
    <span style={{ width: `${Math.round(Math.min(1, share) * 100)}%` }} />
  </span>
);
