/** Filter select 筛选项: one choice of a list's filters, taken back by clearing; long lists are searched. */
import { Select } from 'antd';
import { filterChoice, type Choice, type ChoiceGroup } from './directoryChoices.ts';

interface FilterSelectProps {
  label: string;
  width: number;
  value: string | undefined;
  options: readonly (Choice | ChoiceGroup)[];
  onChange: (value: string | undefined) => void;
  /** Shown while nothing is chosen; the label when left out. */
  placeholder?: string;
}

/** More than fit into the list that opens. */
const long = 8;

const countOf = (options: FilterSelectProps['options']): number =>
  options.reduce((sum, one) => sum + ('options' in one ? one.options.length : 1), 0);

export function FilterSelect(props: FilterSelectProps) {
  const { label, width, value, options, onChange, placeholder = label } = props;
  return (
    <Select<string | undefined, Choice | ChoiceGroup>
      aria-label={label}
      style={{ width }}
      allowClear
      showSearch={countOf(options) > long && { filterOption: filterChoice }}
      placeholder={placeholder}
      value={value}
      options={[...options]}
      onChange={onChange}
      notFoundContent="没有符合的选项，请换个词"
    />
  );
}
