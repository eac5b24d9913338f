import { Button, Input } from 'antd';
import type { CalendarYear } from '../../domain/calendar.ts';

type Season = CalendarYear['hours'][number];

interface HoursInputsProps {
  hours: readonly Season[];
  errors: Record<string, string>;
  onChange: (hours: Season[]) => void;
}

const pattern = /^\d{1,2}:\d{2}$/;

/** '09:00-12:00，13:00-18:00' and back. */
const spansText = (spans: Season['spans']): string =>
  spans.map(({ from, to }) => `${from}-${to}`).join('，');

const spansOf = (text: string): Season['spans'] =>
  text
    .split(/[，,、;；\s]+/)
    .filter(Boolean)
    .map((part) => {
      const [from = '', to = ''] = part
        .replaceAll('：', ':')
        .split(/[-–—~至]/)
        .map((time) => (pattern.test(time) ? time.padStart(5, '0') : time));
      return { from, to };
    });

/** Working hours of each season, from its first day on. */
export function HoursInputs({ hours, errors, onChange }: HoursInputsProps) {
  const put = (at: number, part: Partial<Season>) =>
    onChange(hours.map((season, n) => (n === at ? { ...season, ...part } : season)));
  const error = Object.entries(errors).find(([path]) => path.startsWith('hours'))?.[1];
  return (
    <div className="stage-list">
      {hours.map((season, n) => (
        <div key={n} className="season-line">
          <Input
            aria-label={`第 ${n + 1} 段起始日（月-日）`}
            prefix="自"
            placeholder="05-01"
            maxLength={5}
            value={season.fromDay}
            onChange={(event) => put(n, { fromDay: event.target.value.trim() })}
          />
          <SpansInput
            label={`第 ${n + 1} 段工作时间`}
            spans={season.spans}
            onChange={(spans) => put(n, { spans })}
          />
          <Button type="text" onClick={() => onChange(hours.filter((_season, at) => at !== n))}>
            删除
          </Button>
        </div>
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div>
        <Button
          size="small"
          onClick={() => onChange([...hours, { fromDay: '', spans: hours.at(-1)?.spans ?? [] }])}
        >
          加一段作息
        </Button>
      </div>
      <p className="field-hint">
        起始日写“月-日”，工作时间写“09:00-12:00，13:00-18:00”。第一段之前的日子按最后一段。
      </p>
    </div>
  );
}

interface SpansInputProps {
  label: string;
  spans: Season['spans'];
  onChange: (spans: Season['spans']) => void;
}

/** Keeps what is typed as it is; what it means is taken when the field is left. */
const SpansInput = ({ label, spans, onChange }: SpansInputProps) => (
  <Input
    key={spansText(spans)}
    aria-label={label}
    placeholder="09:00-12:00，13:00-18:00"
    defaultValue={spansText(spans)}
    onBlur={(event) => onChange(spansOf(event.target.value))}
  />
);
