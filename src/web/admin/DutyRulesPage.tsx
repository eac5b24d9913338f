/** Duty rules 责任分解表: the matrix, category × condition × area × owner → units, and a matter tried on it. */
import { useState } from 'react';
import { Button, Input } from 'antd';
import { dutyRule } from '../../domain/dutyRule.ts';
import { localDay } from '../../domain/moment.ts';
import { dutyStateLabels, type DutyRuleItem } from '../../domain/dutyApi.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { ActionForm } from '../desk/ActionForm.tsx';
import { dutyCategoryChoices, unitChoices } from '../desk/directoryChoices.ts';
import { FilterSelect } from '../desk/FilterSelect.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAskPages, useDirectory } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useKeys } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { addRule, prefillOf, wishedPrefill } from './dutyPrefill.ts';
import { DutyTry } from './DutyTry.tsx';
import type { ChosenRecord } from './RegisterPage.tsx';
import { RowButtons } from './RowButtons.tsx';

const states = [
  { label: '现行', state: 'now' },
  { label: '待生效', state: 'toCome' },
  { label: '需要处理', state: 'problem' },
  { label: '已停用', state: 'ended' },
] as const;

const emptyWords: Record<string, string> = {
  now: '没有规则时按类别默认的职责词、权属和属地建议单位。换个词再查，或新增一条规则。',
  toCome: '修订或新增时选了以后的日期，规则会先列在这里。',
  problem: '规则里的单位、类别或区域停用后，会列在这里等待修订。',
  ended: '停用的规则留在这里，已派的案件仍以它为据。',
};

export default function DutyRulesPage() {
  const [filters, change] = useFilters();
  const { data: directory } = useDirectory();
  const { post } = useSession();
  const state = filters.state ?? 'now';
  const list = useAskPages('dutyRuleList', {
    state,
    ...(filters.words ? { words: filters.words } : {}),
    ...(filters.category ? { category: filters.category } : {}),
    ...(filters.unit ? { unit: filters.unit } : {}),
    ...(filters.layer ? { layer: filters.layer } : {}),
  } as QueryInput<'dutyRuleList'>);
  const first = list.data?.pages[0];
  const mayAdd = post !== null && dutyRule.actions.add.by.includes(post.role);
  const [chosen, setChosen] = useState<ChosenRecord | null>(null);
  const nextCode = first?.nextCode;
  const add = () => setChosen(addRule({ code: nextCode, responsibleBy: 'unit' }));
  /** `?add=1&…` in the address opens the form filled in, as the lists of overruled and ownerless matters ask. */
  const wished =
    filters.add !== undefined && nextCode !== undefined && mayAdd
      ? addRule({ code: nextCode, ...wishedPrefill(filters) })
      : null;
  const shown = chosen ?? wished;
  const close = () => {
    setChosen(null);
    if (wished) change(Object.fromEntries(Object.keys(filters).map((key) => [key, undefined])));
  };
  useKeys(mayAdd ? { c: add } : {});
  return (
    <>
      <div className="page-head">
        <h1>责任分解表</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 条</span>}
        <span className="grow" />
        <Link href={paths.dutyOverrules()}>改派统计</Link>
        {mayAdd && (
          <Button
            type="primary"
            aria-keyshortcuts="c"
            disabled={nextCode === undefined}
            onClick={add}
          >
            新增责任规则
            <kbd className="key">C</kbd>
          </Button>
        )}
      </div>
      <Tabs
        label="按状态"
        tabs={states.map(({ label, state: value }) => ({
          label,
          href: paths.dutyRules({ ...filters, state: value === 'now' ? undefined : value }),
          isCurrent: state === value,
        }))}
      />
      <div className="filters" role="search" aria-label="筛选">
        <WordsInput
          key={filters.words ?? ''}
          words={filters.words ?? ''}
          onSearch={(words) => change({ words })}
        />
        <FilterSelect
          label="类别"
          width={190}
          value={filters.category}
          options={directory ? dutyCategoryChoices(directory) : []}
          onChange={(category) => change({ category })}
        />
        <FilterSelect
          label="单位"
          width={180}
          value={filters.unit}
          options={directory ? unitChoices(directory) : []}
          onChange={(unit) => change({ unit })}
        />
        <FilterSelect
          label="层级"
          width={100}
          value={filters.layer}
          options={[
            { value: 'own', label: '本区' },
            { value: 'base', label: '基础' },
          ]}
          onChange={(layer) => change({ layer })}
        />
      </div>
      <DutyTry filters={filters} onChange={change} />
      <PagedList
        list={list}
        empty={<Empty title="没有符合条件的规则" words={emptyWords[state] ?? ''} />}
      >
        {(items, more) => (
          <DataTable
            label="责任分解表"
            rows={items}
            columns={columnsOf(setChosen)}
            rowKey={({ id }) => id}
            tone={({ problem }) => (problem ? 'late' : undefined)}
            {...more}
          />
        )}
      </PagedList>
      {first && <Roles roles={first.roles} />}
      {shown && (
        <ActionForm
          key={`${shown.open.action}.${shown.recordId}`}
          {...shown}
          onDone={close}
          onClose={close}
        />
      )}
    </>
  );
}

function WordsInput({ words, onSearch }: { words: string; onSearch: (words: string) => void }) {
  const [typed, setTyped] = useState(words);
  return (
    <Input.Search
      aria-label="按类别、单位、依据或拼音首字母查找"
      placeholder="类别、单位、依据、首字母"
      style={{ width: 230 }}
      allowClear
      maxLength={30}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(value) => onSearch(value.trim())}
    />
  );
}

/** Which part of the matrix a row is about, in words. */
const scopeWords = ({ areaName, areaGrade, ownerName }: DutyRuleItem): string =>
  [areaName ?? '全区', areaGrade && `${areaGrade}区域`, ownerName && `权属：${ownerName}`]
    .filter(Boolean)
    .join('，');

const columnsOf = (choose: (chosen: ChosenRecord) => void): Column<DutyRuleItem>[] => [
  { key: 'code', title: '号', width: 64, isNumber: true, render: ({ code }) => code },
  {
    key: 'category',
    title: '类别',
    render: ({ categoryName, majorName, conditionNo, conditionWords }) => (
      <>
        <strong>{categoryName}</strong>
        {majorName && majorName !== categoryName && <span className="soft">　{majorName}</span>}
        {conditionNo !== null && (
          <div className="cell-sub">
            第 {conditionNo} 条：{conditionWords ?? '—'}
          </div>
        )}
      </>
    ),
  },
  { key: 'scope', title: '区域、权属', width: 180, render: scopeWords },
  {
    key: 'supervising',
    title: '主管单位',
    width: 140,
    render: ({ supervisingName }) => supervisingName ?? '—',
  },
  {
    key: 'responsible',
    title: '责任单位',
    width: 160,
    render: ({ responsibleName, problem }) => (
      <>
        <strong>{responsibleName}</strong>
        {problem && <div className="cell-sub late">{problem}</div>}
      </>
    ),
  },
  {
    key: 'territory',
    title: '属地单位',
    width: 140,
    render: ({ territoryName }) => territoryName ?? '按区域',
  },
  {
    key: 'state',
    title: '生效',
    width: 156,
    render: ({ isOwn, state, validFrom, validTo }) => (
      <>
        <span className={`mark ${state === 'inForce' ? 'mark-done' : 'mark-off'}`}>
          {dutyStateLabels[state]}
        </span>
        <div className="cell-sub">
          {isOwn ? '本区' : '基础'}，{localDay(validFrom)} 起
          {validTo && `，至 ${localDay(validTo)}`}
        </div>
      </>
    ),
  },
  {
    key: 'do',
    title: '办理',
    width: 170,
    render: (item) => (
      <RowButtons
        noun="dutyRule"
        id={item.id}
        actions={item.actions}
        onChoose={(open) =>
          choose({
            open,
            recordId: item.id,
            seen: item.version,
            subject: `${item.code} 号　${item.categoryName}`,
            ...(open.action === 'edit' ? { prefill: prefillOf(item) } : {}),
          })
        }
      />
    ),
  },
];

/** Role words of the categories and who answers for each: the matrix where no row says otherwise. */
function Roles({ roles }: { roles: QueryOutput<'dutyRuleList'>['roles'] }) {
  const open = roles.filter(({ unitNames }) => unitNames.length === 0);
  return (
    <details className="panel" style={{ marginTop: 12 }}>
      <summary>
        没有规则时按职责词找单位：{roles.length} 个职责词，{open.length} 个还没有单位承担
      </summary>
      <p className="soft">
        在“单位”页的“职责词”里登记。产权、街乡镇等词按权属和属地确定，不必登记。
      </p>
      <dl className="facts">
        {roles.map(({ word, unitNames }) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{unitNames.join('、') || <span className="soft">还没有单位</span>}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
