/** List filters 筛选: words, channel, area, category, clock, days; each stands in the address. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, Input, type InputRef } from 'antd';
import { channelLabels } from '../../domain/channel.ts';
import { useDirectory } from '../queryHooks.ts';
import { useIsNarrow, useKeys } from '../ui/hooks.ts';
import { areaChoices, categoryChoices } from './directoryChoices.ts';
import { FilterSelect } from './FilterSelect.tsx';
import type { Filters } from './useFilters.ts';

interface ListFiltersProps {
  filters: Filters;
  onChange: (part: Record<string, string | undefined>) => void;
  clocks?: boolean;
  children?: ReactNode;
}

const clockChoices = [
  { value: 'overdue', label: '已超期' },
  { value: 'dueSoon', label: '临期' },
  { value: 'onTime', label: '期限内' },
  { value: 'held', label: '挂账中' },
];

const channelChoices = Object.entries(channelLabels).map(([value, label]) => ({ value, label }));

export function ListFilters({ filters, onChange, clocks = true, children }: ListFiltersProps) {
  const { data: directory } = useDirectory();
  const isNarrow = useIsNarrow();
  const hasAny = Object.keys(filters).some((key) => key !== 'status' && key !== 'sort');
  const choose = (key: string) => (value: string | undefined) => onChange({ [key]: value });
  const words = <WordsInput value={filters.words ?? ''} onChange={choose('words')} />;
  const others = (
    <>
      <FilterSelect
        label="来源渠道"
        width={104}
        value={filters.channel}
        options={channelChoices}
        onChange={choose('channel')}
      />
      <FilterSelect
        label="区域"
        width={124}
        value={filters.area}
        options={directory ? areaChoices(directory, ['subdistrict', 'community']) : []}
        onChange={choose('area')}
      />
      <FilterSelect
        label="类别"
        width={124}
        value={filters.category}
        options={directory ? categoryChoices(directory) : []}
        onChange={choose('category')}
      />
      {clocks && (
        <FilterSelect
          label="时限"
          width={88}
          value={filters.clock}
          options={clockChoices}
          onChange={choose('clock')}
        />
      )}
      {children}
      <Input
        aria-label="起始日期"
        type="date"
        prefix="从"
        style={{ width: 146 }}
        value={filters.from ?? ''}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <Input
        aria-label="截止日期"
        type="date"
        prefix="到"
        style={{ width: 146 }}
        value={filters.to ?? ''}
        onChange={(event) => onChange({ to: event.target.value })}
      />
      {hasAny && (
        <Button
          type="link"
          onClick={() =>
            onChange(
              Object.fromEntries(
                Object.keys(filters)
                  .filter((key) => key !== 'status' && key !== 'sort')
                  .map((key) => [key, undefined]),
              ),
            )
          }
        >
          清除筛选
        </Button>
      )}
    </>
  );
  if (!isNarrow) {
    return (
      <div className="filters" role="search" aria-label="筛选">
        {words}
        {others}
      </div>
    );
  }
  return (
    <div role="search" aria-label="筛选" className="filter-more">
      {words}
      <details open={hasAny}>
        <summary>更多筛选</summary>
        <div className="filters">{others}</div>
      </details>
    </div>
  );
}

const quietMs = 350;

/** Searches when typing rests; `/` puts the cursor here. */
function WordsInput({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  if (given !== value) {
    setGiven(value);
    setTyped(value);
  }
  const isNarrow = useIsNarrow();
  const input = useRef<InputRef>(null);
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => send.current(typed.trim() || undefined), quietMs);
    return () => clearTimeout(timer);
  }, [typed, value]);
  useKeys({ '/': () => input.current?.focus() });
  return (
    <Input.Search
      ref={input}
      aria-label="查找编号或问题里的词"
      style={isNarrow ? undefined : { width: 180 }}
      placeholder="编号、地址、词"
      allowClear
      maxLength={60}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
