import { isWorkDayIn, tableOfDay, type WorkCalendar } from '../../domain/calendar.ts';
import { dayAt, dayNumber, weekdayAt } from '../../domain/moment.ts';

interface YearMonthsProps {
  year: number;
  calendar: WorkCalendar;
}

const weekdays = ['一', '二', '三', '四', '五', '六', '日'];

const kindOf = (calendar: WorkCalendar, day: number): { kind: string; words: string } => {
  const table = tableOfDay(calendar, day);
  const name = table.holidays.get(day);
  if (table.makeUpDays.has(day)) return { kind: 'make-up', words: '调休上班' };
  if (name) return { kind: 'holiday', words: `${name}放假` };
  return isWorkDayIn(table, day)
    ? { kind: 'work', words: '工作日' }
    : { kind: 'rest', words: '周末' };
};

/** A year as twelve small months: holidays, make-up days and weekends. */
export const YearMonths = ({ year, calendar }: YearMonthsProps) => (
  <div>
    <p className="year-legend" aria-hidden="true">
      <span className="year-day year-day-holiday">休</span> 放假
      <span className="year-day year-day-make-up">班</span> 调休上班
      <span className="year-day year-day-rest">六</span> 周末
    </p>
    <div className="year-months">
      {Array.from({ length: 12 }, (_month, n) => (
        <Month key={n} year={year} month={n + 1} calendar={calendar} />
      ))}
    </div>
  </div>
);

function Month({ year, month, calendar }: YearMonthsProps & { month: number }) {
  const text = String(month).padStart(2, '0');
  const first = dayNumber(`${year}-${text}-01`);
  const next = dayNumber(
    month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`,
  );
  const blanks = weekdayAt(first) - 1;
  return (
    <section className="year-month" aria-label={`${month}月`}>
      <h3>{month}月</h3>
      <div className="year-month-days">
        {weekdays.map((weekday) => (
          <span key={weekday} className="year-weekday" aria-hidden="true">
            {weekday}
          </span>
        ))}
        {Array.from({ length: blanks }, (_blank, n) => (
          <span key={`blank${n}`} />
        ))}
        {Array.from({ length: next - first }, (_day, n) => {
          const { kind, words } = kindOf(calendar, first + n);
          return (
            <span
              key={n}
              className={`year-day year-day-${kind}`}
              title={`${dayAt(first + n)} ${words}`}
              aria-label={kind === 'work' ? undefined : `${n + 1}日${words}`}
            >
              {n + 1}
            </span>
          );
        })}
      </div>
    </section>
  );
}
