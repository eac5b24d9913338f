/** Calendar page 日历: a year as twelve months, with its working hours, its versions, and the notice of the next. */
import { useState } from 'react';
import { Button } from 'antd';
import type { CalendarYear, WorkCalendar } from '../../domain/calendar.ts';
import { localDay } from '../../domain/moment.ts';
import { layerLabels, versionStateLabels, type YearVersion } from '../../domain/standardsApi.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';
import { CalendarForm } from './CalendarForm.tsx';
import { YearMonths } from './YearMonths.tsx';
import './standards.css';

export default function CalendarPage() {
  const [filters, change] = useFilters();
  const thisYear = Number(localDay(useNow()).slice(0, 4));
  const asked = Number(filters.year);
  const year = Number.isInteger(asked) && asked >= 2000 && asked <= 2100 ? asked : thisYear;
  const { data, error, refetch } = useAsk('calendarView', { year });
  const [isEditing, setEditing] = useState(false);
  const go = (next: number) => {
    setEditing(false);
    change({ year: String(next) });
  };
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />;
  const own = data.versions.find(({ layer, validTo }) => layer === 'own' && validTo === null);
  const inForce = data.versions.find(({ state }) => state === 'inForce');
  const earlier = Object.values(data.years)
    .filter((row) => row.year <= year)
    .sort((a, b) => b.year - a.year)[0];
  const calendar: WorkCalendar = { years: data.years };
  return (
    <>
      <div className="page-head">
        <h1>{year} 年日历</h1>
        {data.isProvisional && <span className="mark mark-wait">待节假日公布</span>}
        <span className="grow" />
        <span className="buttons">
          <Button onClick={() => go(year - 1)}>上一年</Button>
          <Button onClick={() => go(year + 1)}>下一年</Button>
          {data.mayEdit && !isEditing && (
            <Button type="primary" onClick={() => setEditing(true)}>
              {inForce ? '修订本年日历' : '载入本年通知'}
            </Button>
          )}
        </span>
      </div>
      {data.isProvisional && (
        <p className="soft">
          这一年的放假通知还没有载入，时限先按周一至周五计，标“待节假日公布”。载入后自动重算。
        </p>
      )}
      {isEditing ? (
        <CalendarForm
          key={year}
          year={year}
          calendar={calendar}
          start={startOf(year, own ?? inForce, earlier?.hours)}
          edited={own ?? null}
          onDone={() => setEditing(false)}
          onClose={() => setEditing(false)}
        />
      ) : (
        <>
          <Hours hours={(inForce ?? earlier)?.hours ?? []} />
          <YearMonths year={year} calendar={calendar} />
          <Versions versions={data.versions} />
        </>
      )}
    </>
  );
}

/** The version to begin from; a new year has the hours of the one before. */
const startOf = (
  year: number,
  row: YearVersion | undefined,
  hours: CalendarYear['hours'] | undefined,
): CalendarYear => ({
  year,
  isAnnounced: true,
  holidays: row?.holidays ?? [],
  makeUpDays: row?.makeUpDays ?? [],
  hours: row?.hours ?? hours ?? [],
});

const Hours = ({ hours }: Pick<CalendarYear, 'hours'>) => (
  <Panel title="工作时间">
    {hours.map(({ fromDay, spans }) => (
      <p key={fromDay}>
        {Number(fromDay.slice(0, 2))}月{Number(fromDay.slice(3))}日起：
        {spans.map(({ from, to }) => `${from}–${to}`).join('，')}
      </p>
    ))}
    <p className="soft">第一段之前的日子按最后一段（去年入冬起的作息）。</p>
  </Panel>
);

function Versions({ versions }: { versions: readonly YearVersion[] }) {
  const now = useNow();
  if (versions.length === 0) return null;
  return (
    <Panel title="版本">
      <ul className="version-list">
        {versions.map((version) => (
          <li key={version.id}>
            <span className={`mark ${version.state === 'inForce' ? 'mark-done' : 'mark-off'}`}>
              {versionStateLabels[version.state]}
            </span>{' '}
            {layerLabels[version.layer]} · {showMoment(version.validFrom, now)} 至{' '}
            {version.validTo ? showMoment(version.validTo, now) : '长期'} · 放假{' '}
            {version.holidays.length} 天，调休上班 {version.makeUpDays.length} 天{' '}
            <Link href={paths.record('calendarYear', version.id)}>留痕</Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
