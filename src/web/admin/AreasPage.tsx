/** Areas 区域: the tree from district to cell with what lies in each, and a map of what is drawn. */
import { useMemo, useState } from 'react';
import { Button, Checkbox, Input, Tree } from 'antd';
import { area as areaNoun, areaLevelLabels } from '../../domain/area.ts';
import type { AreaItem } from '../../domain/areaApi.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { Link, useGo } from '../ui/Link.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ShapeMap } from '../ui/ShapeMap.tsx';
import { Empty, Loading } from '../ui/States.tsx';
import { mapShapes } from './areaShapes.ts';
import { RegisterPage } from './RegisterPage.tsx';
import '../ui/shapeMap.css';

interface Branch {
  key: string;
  title: React.ReactNode;
  children: Branch[];
}

const isMeant = ({ name, code, initials }: AreaItem, words: string): boolean =>
  `${name} ${code} ${initials}`.toLowerCase().includes(words.toLowerCase());

/** The areas that match, with all they lie in. */
function shownOf(areas: readonly AreaItem[], words: string, showsRetired: boolean): AreaItem[] {
  const open = areas.filter(({ status }) => showsRetired || status === 'active');
  if (!words) return open;
  const kept = new Set<string>();
  for (const item of open)
    if (isMeant(item, words))
      for (let length = item.code.length; length >= 6; length -= 3)
        kept.add(item.code.slice(0, length));
  return open.filter(({ code }) => kept.has(code));
}

function branchesOf(areas: readonly AreaItem[]): Branch[] {
  const made = new Map<string, Branch>();
  const roots: Branch[] = [];
  for (const { code, name, status, areaCount, issueCount } of areas) {
    const title = (
      <span className={status === 'active' ? '' : 'soft'}>
        {name}
        <span className="soft">
          {areaCount > 0 ? ` · ${areaCount} 个下级` : ''}
          {issueCount > 0 ? ` · 未结 ${issueCount}` : ''}
          {status === 'active' ? '' : ' · 停用'}
        </span>
      </span>
    );
    const branch: Branch = { key: code, title, children: [] };
    made.set(code, branch);
    (made.get(code.slice(0, -3))?.children ?? roots).push(branch);
  }
  return roots;
}

export default function AreasPage() {
  const { data, error, refetch } = useAsk('areaList', {});
  const { post } = useSession();
  const go = useGo();
  const [filters, change] = useFilters();
  const district = useDistrict();
  const words = filters.words ?? '';
  const at = filters.at ?? district;
  const shown = useMemo(
    () => shownOf(data?.areas ?? [], words, filters.retired === '1'),
    [data, words, filters.retired],
  );
  const drawn = data?.areas.filter(({ isDrawn, status }) => isDrawn && status === 'active').length;
  const active = data?.areas.filter(({ status }) => status === 'active').length;
  const search = (
    <>
      <Input
        aria-label="按名称、代码或拼音首字母查区域"
        placeholder="名称、代码、拼音首字母"
        style={{ width: 210 }}
        allowClear
        value={words}
        onChange={(event) => change({ words: event.target.value })}
      />
      <Checkbox
        checked={filters.retired === '1'}
        onChange={(event) => change({ retired: event.target.checked ? '1' : undefined })}
      >
        含停用
      </Checkbox>
      {post && areaNoun.actions.draw.by.includes(post.role) && (
        <Button onClick={() => go(paths.areaFile())}>载入边界文件</Button>
      )}
    </>
  );
  return (
    <RegisterPage
      title="区域"
      noun="area"
      filters={search}
      {...(data ? { count: `在用 ${active} 个，已画界 ${drawn} 个` } : {})}
    >
      {() => {
        if (!data)
          return error ? (
            <Failure error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading rows={10} />
          );
        if (shown.length === 0)
          return (
            <Empty
              title="没有符合条件的区域"
              words={words ? '换个词再查，或勾选“含停用”。' : '由系统管理员新增，或载入边界文件。'}
            />
          );
        return (
          <div className="area-columns">
            <AreaTree
              key={words}
              shown={shown}
              at={at}
              opensAll={words !== ''}
              onChoose={(code) => change({ at: code })}
            />
            <Chosen areas={data.areas} at={at} onChoose={(code) => change({ at: code })} />
          </div>
        );
      }}
    </RegisterPage>
  );
}

interface AreaTreeProps {
  shown: readonly AreaItem[];
  at: string;
  opensAll: boolean;
  onChoose: (code: string) => void;
}

function AreaTree({ shown, at, opensAll, onChoose }: AreaTreeProps) {
  const branches = useMemo(() => branchesOf(shown), [shown]);
  const above = [6, 9, 12].map((length) => at.slice(0, length));
  const [opened, setOpened] = useState<string[]>(() =>
    opensAll ? shown.map(({ code }) => code) : above,
  );
  return (
    <Panel title="区域层级">
      <Tree
        aria-label="区域层级"
        blockNode
        virtual
        height={560}
        treeData={branches}
        selectedKeys={[at]}
        expandedKeys={[...new Set([...opened, ...above.slice(0, -1)])]}
        onExpand={(keys) => setOpened(keys.map(String))}
        onSelect={([key]) => key !== undefined && onChoose(String(key))}
      />
    </Panel>
  );
}

interface ChosenProps {
  areas: readonly AreaItem[];
  at: string;
  onChoose: (code: string) => void;
}

/** The area chosen: its map and what lies right below it. */
function Chosen({ areas, at, onChoose }: ChosenProps) {
  const { data: map } = useAsk('areaMap', { code: at }, { isKept: true });
  const shapes = useMemo(() => (map ? mapShapes(map.areas, at) : []), [map, at]);
  const own = areas.find(({ code }) => code === at);
  if (!own) return <Empty title="没有这个区域" words="请在左边另选一个。" />;
  const below = areas.filter(
    ({ code, status }) =>
      status === 'active' && code.length === at.length + 3 && code.startsWith(at),
  );
  const columns: Column<AreaItem>[] = [
    {
      key: 'name',
      title: '名称',
      isLink: true,
      render: ({ id, name }) => <Link href={paths.area(id)}>{name}</Link>,
    },
    { key: 'code', title: '代码', width: 132, render: ({ code }) => code },
    { key: 'grade', title: '等级', width: 62, render: ({ grade }) => grade ?? '—' },
    {
      key: 'unit',
      title: '责任单位',
      width: 160,
      render: ({ unitName }) => unitName ?? '属地兜底',
    },
    {
      key: 'drawn',
      title: '边界',
      width: 80,
      render: ({ isDrawn }) => (isDrawn ? '已画' : '未画'),
    },
    { key: 'count', title: '下级', width: 58, isNumber: true, render: (item) => item.areaCount },
    { key: 'open', title: '未结', width: 58, isNumber: true, render: (item) => item.issueCount },
  ];
  const chooseById = (id: string) => {
    const found = areas.find((item) => item.id === id);
    if (found) onChoose(found.code);
  };
  return (
    <div className="stack">
      <Panel
        title={`${own.name}（${areaLevelLabels[own.level]}）`}
        extra={<Link href={paths.area(own.id)}>属性、历史与调整</Link>}
      >
        {shapes.length > 0 ? (
          <ShapeMap label={`${own.name}示意图`} shapes={shapes} onChoose={chooseById} />
        ) : (
          <p className="soft">这里还没有画界，上报时按名称选择区域。可载入边界文件或逐个画界。</p>
        )}
      </Panel>
      {below.length > 0 && (
        <DataTable
          label="下级区域"
          rows={below}
          columns={columns}
          rowKey={({ code }) => code}
          href={({ id }) => paths.area(id)}
        />
      )}
    </div>
  );
}
