import { Input } from 'antd';
import { addDays, Day, localDay, startOfDay, type Moment } from '../../domain/moment.ts';
import { useNow } from '../ui/hooks.ts';

/** When a version begins: at once, or at the beginning of a day. */
export interface Effective {
  day: string | null;
}

/** The moment for the action; undefined: at once. */
export const effectiveMoment = ({ day }: Effective): Moment | undefined =>
  day !== null && Day.safeParse(day).success ? startOfDay(day) : undefined;

interface EffectiveFromProps {
  label?: string;
  value: Effective;
  onChange: (value: Effective) => void;
}

export function EffectiveFrom({ label = '生效时间', value, onChange }: EffectiveFromProps) {
  const tomorrow = addDays(localDay(useNow()), 1);
  return (
    <fieldset className="fieldset choice-list">
      <legend>{label}</legend>
      <label className="choice">
        <input type="radio" checked={value.day === null} onChange={() => onChange({ day: null })} />
        <span className="grow">保存后立即生效</span>
      </label>
      <label className="choice">
        <input
          type="radio"
          checked={value.day !== null}
          onChange={() => onChange({ day: tomorrow })}
        />
        <span className="grow">
          从指定日 0 时起生效
          {value.day !== null && (
            <Input
              type="date"
              aria-label="生效日"
              min={tomorrow}
              value={value.day}
              onChange={(event) => onChange({ day: event.target.value || tomorrow })}
            />
          )}
          <div className="reason-words">在此之前立案的按原版本，不受影响</div>
        </span>
      </label>
    </fieldset>
  );
}
