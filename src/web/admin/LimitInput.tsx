import { InputNumber, Select, Space } from 'antd';
import { timeLimitUnits, type TimeLimit } from '../../domain/timeLimit.ts';

interface LimitInputProps {
  label: string;
  value: TimeLimit;
  onChange: (limit: TimeLimit) => void;
}

const units = Object.entries(timeLimitUnits).map(([value, label]) => ({ value, label }));

/** A time limit 时限: how many of which kind of hours or days. */
export const LimitInput = ({ label, value, onChange }: LimitInputProps) => (
  <Space.Compact className="limit-input">
    <InputNumber
      aria-label={`${label}数值`}
      min={1}
      max={3660}
      precision={0}
      value={value.value}
      onChange={(number) => onChange({ ...value, value: number ?? 1 })}
    />
    <Select
      aria-label={`${label}单位`}
      options={units}
      value={value.unit}
      onChange={(unit) => onChange({ ...value, unit })}
    />
  </Space.Compact>
);
