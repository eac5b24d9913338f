/** Categories 类别: what a matter can be, its conditions and limits, by day, layer and what awaits an officer. */
import { useState } from 'react';
import { Button, Checkbox, Input, Select } from 'antd';
import { category } from '../../domain/category.ts';
import { layerLabels, type CategoryItem } from '../../domain/standardsApi.ts';
import { DownloadButton } from '../desk/DownloadButton.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { UnvouchedMark } from '../desk/Marks.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showCount, showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link, useGo } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { NewCategory } from './NewCategory.tsx';
import './standards.css';

const kindLabels = { part: '部件', incident: '事件' };
const layers = Object.entries(layerLabels).map(([value, label]) => ({ value, label }));

const columns: Column<CategoryItem>[] = [
  { key: 'code', title: '代码', width: 100, isLink: true, render: ({ code }) => code },
  {
    key: 'name',
    title: '小类',
    render: (item) => (
      <>
        <strong>{item.name}</strong> {item.isUnvouched && <UnvouchedMark />}
        {item.nextFrom && <span className="mark">{showMoment(item.nextFrom)} 起有新版</span>}
      </>
    ),
  },
  {
    key: 'major',
    title: '大类',
    width: 170,
    render: ({ kind, majorName }) => `${kindLabels[kind]} · ${majorName}`,
  },
  { key: 'limits', title: '时限', render: ({ limits }) => limits },
  {
    key: 'count',
    title: '条件',
    width: 70,
    isNumber: true,
    render: ({ conditionCount }) => conditionCount,
  },
  {
    key: 'layer',
    title: '来源层',
    width: 110,
    render: ({ layer, isExtension }) => `${layerLabels[layer]}${isExtension ? ' · 扩展' : ''}`,
  },
];

export default function CategoriesPage() {
  const [filters, change] = useFilters();
  const { post } = useSession();
  const go = useGo();
  const [isAdding, setAdding] = useState(false);
  const { words, kind, major, layer, pending, at } = filters;
  const list = useAskPages('categoryList', {
    limit: 50,
    ...(words ? { words } : {}),
    ...(kind === 'part' || kind === 'incident' ? { kind } : {}),
    ...(major ? { major } : {}),
    ...(layer === 'base' || layer === 'own' ? { layer } : {}),
    ...(pending === '1' ? { pending } : {}),
    ...(at ? { at } : {}),
  });
  const first = list.data?.pages[0];
  const mayAdd = post !== null && category.actions.add.by.includes(post.role);
  return (
    <>
      <div className="page-head">
        <h1>类别</h1>
        {first && (
          <span className="soft">
            共 {showCount(first.count, first.isMore)} 个小类，待核 {first.unvouchedCount} 个
          </span>
        )}
        <span className="grow" />
        <DownloadButton list="categoryList" input={filters} />
        {mayAdd && (
          <Button type="primary" disabled={!first} onClick={() => setAdding(true)}>
            新增类别
          </Button>
        )}
      </div>
      <Search filters={filters} majors={first?.majors ?? []} onChange={change} />
      <PagedList
        list={list}
        empty={<Empty title="没有符合条件的类别" words="换个词、代码或拼音首字母再查。" />}
      >
        {(items, more) => (
          <DataTable
            label="类别"
            rows={items}
            columns={columns}
            rowKey={({ code }) => code}
            href={({ code }) => paths.category(code)}
            onOpen={({ code }) => go(paths.category(code))}
            card={(item) => <CategoryCard item={item} />}
            {...more}
          />
        )}
      </PagedList>
      {isAdding && first && (
        <NewCategory
          majors={first.majors}
          grades={first.grades}
          onDone={(code) => go(paths.category(code))}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

const CategoryCard = ({ item }: { item: CategoryItem }) => (
  <>
    <div>
      <Link href={paths.category(item.code)}>
        <strong>{item.name}</strong>
      </Link>{' '}
      {item.isUnvouched && <UnvouchedMark />}
    </div>
    <div>{item.limits}</div>
    <div className="cell-sub">
      {item.code} · {kindLabels[item.kind]} · {item.majorName} · {layerLabels[item.layer]}
    </div>
  </>
);

interface SearchProps {
  filters: Record<string, string>;
  majors: { key: string; kind: 'part' | 'incident'; name: string }[];
  onChange: (part: Record<string, string | undefined>) => void;
}

function Search({ filters, majors, onChange }: SearchProps) {
  const [typed, setTyped] = useState(filters.words ?? '');
  const kind = filters.kind;
  return (
    <div className="filters">
      <Input.Search
        aria-label="按名称、代码、关键词或拼音首字母查找"
        placeholder="名称、代码、拼音首字母"
        style={{ width: 240 }}
        allowClear
        maxLength={30}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={(words) => onChange({ words: words.trim() })}
      />
      <Select
        aria-label="类型"
        style={{ width: 110 }}
        value={kind ?? ''}
        options={[
          { value: '', label: '全部类型' },
          { value: 'part', label: '部件' },
          { value: 'incident', label: '事件' },
        ]}
        onChange={(value) => onChange({ kind: value, major: undefined })}
      />
      <Select
        aria-label="大类"
        style={{ width: 190 }}
        value={filters.major ?? ''}
        options={[
          { value: '', label: '全部大类' },
          ...majors
            .filter((each) => !kind || each.kind === kind)
            .map((each) => ({
              value: each.key,
              label: `${kindLabels[each.kind]} · ${each.name}`,
            })),
        ]}
        onChange={(major) => onChange({ major })}
      />
      <Select
        aria-label="来源层"
        style={{ width: 120 }}
        value={filters.layer ?? ''}
        options={[{ value: '', label: '两层' }, ...layers]}
        onChange={(layer) => onChange({ layer })}
      />
      <Checkbox
        checked={filters.pending === '1'}
        onChange={(event) => onChange({ pending: event.target.checked ? '1' : undefined })}
      >
        只看待核
      </Checkbox>
      <label className="filter-day">
        某日的版本
        <Input
          type="date"
          aria-label="某日的版本"
          style={{ width: 150 }}
          value={filters.at ?? ''}
          onChange={(event) => onChange({ at: event.target.value })}
        />
      </label>
    </div>
  );
}
