/** Roster 值班表: a unit's week, and the month as it comes out, with the dates that have lines of their own. */
import { Button, Select } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { weekday } from '../../domain/moment.ts';
import type { RosterLine } from '../../domain/peopleApi.ts';
import { filterChoice, unitChoices, unitIdsUnder } from '../desk/directoryChoices.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { useAsk, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { RegisterPage, type ChosenRecord } from './RegisterPage.tsx';
import { RosterTabs } from './RosterTabs.tsx';
import { RowButtons } from './RowButtons.tsx';
import './roster.css';

type Month = QueryOutput<'rosterMonth'>;
type Choose = (chosen: ChosenRecord) => void;

const dayNames = [...'一二三四五六日'];
const weekdayWords = (days: readonly number[]): string =>
  days.length === 7 ? '每天' : days.map((one) => `周${dayNames[one - 1]}`).join('、');

/** 'YYYY-MM', some months later. */
function monthAfter(month: string, count: number): string {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

export default function RosterPage() {
  const [filters, change] = useFilters();
  const { post } = useSession();
  const { data: directory } = useDirectory();
  const own = directory && post?.unitId ? unitIdsUnder(directory, post.unitId) : undefined;
  const choices = directory
    ? unitChoices({
        ...directory,
        units: directory.units.filter(({ id }) => post?.line !== 'handling' || own?.has(id)),
      })
    : [];
  const unit = filters.unit ?? post?.unitId ?? choices[0]?.options[0]?.value;
  const { data, error, refetch } = useAsk(
    'rosterMonth',
    { ...(filters.month ? { month: filters.month } : {}), ...(unit ? { unit } : {}) },
    { isKept: true, enabled: directory !== undefined },
  );
  const tools = (
    <Select
      aria-label="单位"
      placeholder="选择单位"
      style={{ width: 240 }}
      value={unit}
      options={choices}
      showSearch={{ filterOption: filterChoice }}
      onChange={(chosen: string) => change({ unit: chosen })}
    />
  );
  return (
    <RegisterPage
      title="值班表"
      noun="roster"
      filters={tools}
      tabs={<RosterTabs current="值班表" />}
      {...(data?.unitId ? { prefill: { unitId: data.unitId } } : {})}
    >
      {(choose) => {
        if (!data)
          return error ? (
            <Failure error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading rows={10} />
          );
        if (!data.unitId)
          return <Empty title="还没有单位" words="建立单位和岗位后，在这里排班。" />;
        return (
          <div className="roster">
            <Week month={data} choose={choose} />
            <Days
              month={data}
              choose={choose}
              onMonth={(count) => change({ month: monthAfter(data.month, count) })}
            />
          </div>
        );
      }}
    </RegisterPage>
  );
}

const subjectOf = (line: RosterLine): string =>
  `${line.personName}　${line.day ?? weekdayWords(line.weekdays)} ${line.startsAt}–${line.endsAt}`;

const Buttons = ({ line, choose }: { line: RosterLine; choose: Choose }) => (
  <RowButtons
    noun="roster"
    id={line.id}
    actions={line.actions}
    onChoose={(open) =>
      choose({
        open,
        recordId: line.id,
        seen: line.version,
        subject: subjectOf(line),
        ...(open.action === 'edit'
          ? {
              prefill: {
                postId: line.postId,
                startsAt: line.startsAt,
                endsAt: line.endsAt,
                ...(line.day ? {} : { weekdays: line.weekdays }),
              },
            }
          : {}),
      })
    }
  />
);

function Week({ month: { weekly, unitName }, choose }: { month: Month; choose: Choose }) {
  const columns: Column<RosterLine>[] = [
    {
      key: 'person',
      title: '值班人',
      width: 150,
      render: ({ personName }) => <strong>{personName}</strong>,
    },
    { key: 'title', title: '岗位', render: ({ title }) => title },
    { key: 'days', title: '星期', render: ({ weekdays }) => weekdayWords(weekdays) },
    {
      key: 'time',
      title: '时间',
      width: 150,
      render: ({ startsAt, endsAt }) =>
        `${startsAt}–${endsAt}${endsAt > startsAt ? '' : '（次日）'}`,
    },
    {
      key: 'do',
      title: '办理',
      width: 220,
      render: (line) => <Buttons line={line} choose={choose} />,
    },
  ];
  return (
    <Panel title={`${unitName ?? ''}：每周值班`}>
      {weekly.length === 0 ? (
        <Empty title="没有每周值班" words="不排值班表的单位，普通事项按工作时间计算领办时限。" />
      ) : (
        <DataTable label="每周值班" rows={weekly} columns={columns} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}

function Days({
  month: { month, days },
  choose,
  onMonth,
}: {
  month: Month;
  choose: Choose;
  onMonth: (count: number) => void;
}) {
  const [year, number] = month.split('-');
  const first = days[0] ? weekday(days[0].day) : 1;
  return (
    <Panel
      title={`${year} 年 ${Number(number)} 月`}
      extra={
        <span className="buttons">
          <Button size="small" onClick={() => onMonth(-1)}>
            上月
          </Button>
          <Button size="small" onClick={() => onMonth(1)}>
            下月
          </Button>
        </span>
      }
    >
      <p className="soft">某一天单独排了班的，当天只按单独的排班，不再按每周的。</p>
      <ol className="month" aria-label="每日值班">
        {days.map(({ day, isDated, isHoliday, lines }, n) => (
          <li
            key={day}
            data-dated={isDated || undefined}
            style={n === 0 ? { gridColumnStart: first } : undefined}
          >
            <span className="month-day">
              {Number(day.slice(8))} 日 周{dayNames[weekday(day) - 1]}
              {isHoliday && <em>节假日</em>}
              {isDated && <em>单独排班</em>}
            </span>
            {lines.length === 0 && <span className="soft">无人值班</span>}
            {lines.map((line) => (
              <span key={line.id} className="month-line">
                {line.startsAt}–{line.endsAt} {line.deputyName ?? line.personName}
                {line.deputyName && <small>代{line.personName}</small>}
                {isDated && <Buttons line={line} choose={choose} />}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
