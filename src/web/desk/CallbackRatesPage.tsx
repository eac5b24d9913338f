/** Three rates 响应率、解决率、满意率: per order, by unit, area, category, sender or kind; invalid visits apart. */
import { Input } from 'antd';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { CallbackRateRow, RateBy } from '../../domain/callbackApi.ts';
import { rateText } from '../../domain/rateText.ts';
import { invalidReasonLabels } from '../../domain/callbackShape.ts';
import { complaintLabels } from '../../domain/channel.ts';
import { paths } from '../paths.ts';
import { useAsk, useDirectory } from '../queryHooks.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import {
  areaChoices,
  categoryChoices,
  unitChoices,
  type Choice,
  type ChoiceGroup,
} from './directoryChoices.ts';
import { FilterSelect } from './FilterSelect.tsx';
import { Failure } from './PagedList.tsx';
import { useFilters, type Filters } from './useFilters.ts';
import './callbackRates.css';

type Rates = QueryOutput<'callbackRates'>;

const byLabels: Record<RateBy, string> = {
  unit: '主办单位',
  area: '街道乡镇',
  category: '类别',
  sender: '来源单位',
  kind: '诉求类型',
};

const rates = [
  { key: 'responseRate', label: '响应率' },
  { key: 'resolutionRate', label: '解决率' },
  { key: 'satisfactionRate', label: '满意率' },
] as const;

export default function CallbackRatesPage() {
  const [filters, change] = useFilters();
  const by = (filters.by ?? 'unit') as RateBy;
  const input = { ...filters } as QueryInput<'callbackRates'>;
  const { data, error, refetch } = useAsk('callbackRates', input, { isKept: true });
  return (
    <>
      <div className="page-head">
        <h1>回访三率</h1>
        <span className="grow" />
        <Link href={paths.callbacks()}>回访名单</Link>
      </div>
      <p className="soft">
        分母是有效回访的来件，每件只计这段时间里最后一次有效结果；基本满意按 0.9
        计。无效回访不进分母，另列。不选日期时看最近 30 天。
      </p>
      <Tabs
        label="按什么分列"
        tabs={Object.entries(byLabels).map(([name, label]) => ({
          label,
          href: paths.callbackRates({ ...filters, by: name === 'unit' ? undefined : name }),
          isCurrent: by === name,
        }))}
      />
      <Choices filters={filters} onChange={change} />
      {data ? (
        <Shown data={data} by={by} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </>
  );
}

function Shown({ data, by }: { data: Rates; by: RateBy }) {
  const { total, rows, invalid, waiting } = data;
  if (rows.length === 0)
    return (
      <Empty
        title="这段时间没有回访结果"
        words={waiting > 0 ? `有 ${waiting} 件待回访。` : '换一段日期或清除筛选再看。'}
      />
    );
  const invalidCount = total.invalid;
  return (
    <div className="stack">
      <Panel title="合计">
        <dl className="rates-total">
          {rates.map(({ key, label }) => (
            <div key={key}>
              <dt>{label}</dt>
              <dd>{rateText(total[key])}</dd>
            </div>
          ))}
          <div>
            <dt>有效回访</dt>
            <dd>{total.valid}</dd>
          </div>
          <div>
            <dt>无效回访</dt>
            <dd>{invalidCount}</dd>
          </div>
          <div>
            <dt>待回访</dt>
            <dd>{waiting}</dd>
          </div>
        </dl>
      </Panel>
      <DataTable
        label="回访三率"
        rows={rows}
        columns={columnsOf(byLabels[by])}
        rowKey={({ key }) => key || '-'}
      />
      {invalid.length > 0 && (
        <Panel title={`无效回访 ${invalidCount}`}>
          <ul className="rates-invalid">
            {invalid.map(({ reason, count }) => (
              <li key={reason}>
                {invalidReasonLabels[reason]} <strong>{count}</strong>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

/** A share as a bar with its number; empty when nobody was validly asked. */
const Bar = ({ share }: { share: number | null }) => (
  <span className="rate-bar">
    <span aria-hidden style={{ inlineSize: `${Math.round((share ?? 0) * 100)}%` }} />
    <b>{rateText(share)}</b>
  </span>
);

const columnsOf = (title: string): Column<CallbackRateRow>[] => [
  { key: 'name', title, render: ({ name }) => name },
  ...rates.map(({ key, label }) => ({
    key,
    title: label,
    width: 170,
    render: (row: CallbackRateRow) => <Bar share={row[key]} />,
  })),
  { key: 'valid', title: '有效', width: 76, isNumber: true, render: ({ valid }) => valid },
  { key: 'solved', title: '解决', width: 76, isNumber: true, render: ({ solved }) => solved },
  {
    key: 'satisfied',
    title: '满意/基本满意',
    width: 120,
    isNumber: true,
    render: ({ satisfied, basicallySatisfied }) => `${satisfied} / ${basicallySatisfied}`,
  },
  { key: 'invalid', title: '无效', width: 76, isNumber: true, render: ({ invalid }) => invalid },
];

interface ChoicesProps {
  filters: Filters;
  onChange: (part: Record<string, string | undefined>) => void;
}

function Choices({ filters, onChange }: ChoicesProps) {
  const { data: directory } = useDirectory();
  const select = (
    key: string,
    label: string,
    options: readonly (Choice | ChoiceGroup)[],
    width: number,
  ) => (
    <FilterSelect
      label={label}
      width={width}
      value={filters[key]}
      options={options}
      onChange={(value) => onChange({ [key]: value })}
    />
  );
  const day = (key: string, label: string, prefix: string) => (
    <Input
      aria-label={label}
      type="date"
      prefix={prefix}
      style={{ width: 158 }}
      value={filters[key] ?? ''}
      onChange={(event) => onChange({ [key]: event.target.value })}
    />
  );
  const kinds = Object.entries(complaintLabels).map(([value, label]) => ({ value, label }));
  const senders = (directory?.senders ?? []).map(({ code, name }) => ({
    value: code,
    label: name,
  }));
  return (
    <div className="filters" role="search" aria-label="筛选">
      {select('unit', '主办单位', directory ? unitChoices(directory) : [], 160)}
      {select('area', '区域', directory ? areaChoices(directory, ['subdistrict']) : [], 140)}
      {select('category', '类别', directory ? categoryChoices(directory) : [], 160)}
      {select('sender', '来源单位', senders, 130)}
      {select('kind', '诉求类型', kinds, 110)}
      {day('from', '起始日期', '从')}
      {day('to', '截止日期', '到')}
    </div>
  );
}
