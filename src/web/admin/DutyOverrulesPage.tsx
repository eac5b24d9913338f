/** Duty overrules 改派统计: where the desk keeps dispatching elsewhere than the matrix says. */
import { Button, Input } from 'antd';
import { dutyRule } from '../../domain/dutyRule.ts';
import type { DutyOverrule } from '../../domain/dutyApi.ts';
import {
  areaChoices,
  dutyCategoryChoices,
  unitChoices,
  type Choice,
  type ChoiceGroup,
} from '../desk/directoryChoices.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters, type Filters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty, Loading } from '../ui/States.tsx';

const known = ['area', 'category', 'unit', 'from', 'to'] as const;

const inputOf = (filters: Filters) =>
  Object.fromEntries(known.flatMap((key) => (filters[key] ? [[key, filters[key]]] : [])));

export default function DutyOverrulesPage() {
  const [filters, change] = useFilters();
  const { data, error, refetch } = useAsk('dutyOverrules', inputOf(filters), { isKept: true });
  const { post } = useSession();
  const go = useGo();
  const mayAdd = post !== null && dutyRule.actions.add.by.includes(post.role);
  const revise = (group: DutyOverrule) => go(paths.dutyRules(wishOf(group)));
  return (
    <>
      <div className="page-head">
        <h1>改派统计</h1>
        {data && (
          <span className="soft">
            按建议应派 {showCount(data.dispatched, data.isMore)} 件，改派{' '}
            {showCount(data.overruled, data.isMore)} 件
          </span>
        )}
        <span className="grow" />
        <Link href={paths.dutyRules()}>责任分解表</Link>
      </div>
      <p className="soft">
        专席没有采用建议的派单，按类别、立案条件、街道和规则归并，件数多的可据此修订责任分解表。不选日期时看最近
        90 天立案的。
      </p>
      <Choices filters={filters} onChange={change} />
      {!data ? (
        error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading rows={8} />
        )
      ) : data.groups.length === 0 ? (
        <Empty title="这段时间没有改派" words="专席都按建议派单。换一段日期或清除筛选再看。" />
      ) : (
        <DataTable
          label="改派统计"
          rows={data.groups}
          columns={columnsOf(mayAdd ? revise : undefined)}
          rowKey={(group) =>
            [
              group.categoryCode,
              group.conditionNo,
              group.areaCode,
              group.ruleId,
              group.suggestedUnitId,
              group.unitId,
            ].join()
          }
        />
      )}
    </>
  );
}

/** The address of the matrix with the form of a better row filled in. */
const wishOf = (group: DutyOverrule) => ({
  add: '1',
  categoryCode: group.categoryCode,
  conditionNo: String(group.conditionNo),
  areaCode: group.areaCode,
  responsibleUnitId: group.unitId,
  basis: `改派 ${group.count} 件${group.ruleCode ? `，原按 ${group.ruleCode} 号` : ''}`,
});

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
  return (
    <div className="filters" role="search" aria-label="筛选">
      {select('category', '类别', directory ? dutyCategoryChoices(directory) : [], 190)}
      {select('area', '区域', directory ? areaChoices(directory, ['subdistrict']) : [], 150)}
      {select('unit', '单位', directory ? unitChoices(directory) : [], 180)}
      {day('from', '起始日期', '从')}
      {day('to', '截止日期', '到')}
    </div>
  );
}

const columnsOf = (revise: ((group: DutyOverrule) => void) | undefined): Column<DutyOverrule>[] => [
  { key: 'count', title: '改派', width: 70, isNumber: true, render: ({ count }) => `${count} 件` },
  {
    key: 'category',
    title: '类别、立案条件',
    render: ({ categoryName, conditionNo, openWhen }) => (
      <>
        <strong>{categoryName}</strong>
        <div className="cell-sub">
          第 {conditionNo} 条：{openWhen ?? '—'}
        </div>
      </>
    ),
  },
  { key: 'area', title: '街道乡镇', width: 130, render: ({ areaName }) => areaName },
  {
    key: 'suggested',
    title: '建议',
    width: 170,
    render: ({ suggestedName, ruleCode, isOwn }) => (
      <>
        {suggestedName ?? '—'}
        <div className="cell-sub">
          {ruleCode ? `${ruleCode} 号（${isOwn ? '本区' : '基础'}）` : '没有规则，按默认'}
        </div>
      </>
    ),
  },
  {
    key: 'unit',
    title: '实际派给',
    width: 150,
    render: ({ unitName }) => <strong>{unitName}</strong>,
  },
  {
    key: 'examples',
    title: '最近',
    width: 210,
    render: ({ examples, lastAt }) =>
      examples.length === 0
        ? showMoment(lastAt)
        : examples.map(({ id, number }) => (
            <div key={id}>
              <Link href={paths.issue(id)}>{number}</Link>
            </div>
          )),
  },
  ...(revise
    ? [
        {
          key: 'do',
          title: '办理',
          width: 180,
          render: (group: DutyOverrule) => (
            <Button size="small" onClick={() => revise(group)}>
              按此修订责任分解表
            </Button>
          ),
        },
      ]
    : []),
];
