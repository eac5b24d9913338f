/** Daily progress and weekly summary 每日进展、每周小结: what was posted to the groups, as it was posted. */
import { Button } from 'antd';
import { claimRate, handleRate } from '../../domain/groupFigures.ts';
import { GroupPostKind, groupPostKindLabels, type GroupPost } from '../../domain/groupPost.ts';
import { rateText } from '../../domain/rateText.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { DataTable, type Column } from '../ui/DataTable.tsx';
import { useNow } from '../ui/hooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { GroupHead } from './GroupTabs.tsx';
import { GroupUnitSelect, useOwnUnit } from './GroupUnitSelect.tsx';

export default function GroupPostsPage() {
  const [filters, change] = useFilters();
  const own = useOwnUnit();
  // The office begins with the posts of the whole district, a unit with its own.
  const unit = filters.unit ?? own ?? 'district';
  const { kind } = filters;
  const list = useAskPages('groupPosts', {
    ...(unit ? { unit } : {}),
    ...(kind ? { kind } : {}),
    limit: 20,
  } as QueryInput<'groupPosts'>);
  return (
    <>
      <GroupHead page="posts" unit={filters.unit} />
      <div className="filters" role="search" aria-label="筛选">
        <GroupUnitSelect value={filters.unit} onChange={(chosen) => change({ unit: chosen })} />
      </div>
      <Tabs
        label="通报类型"
        tabs={[undefined, ...GroupPostKind.options].map((each) => ({
          label: each ? groupPostKindLabels[each] : '全部',
          href: paths.groupPosts({ unit: filters.unit, kind: each }),
          isCurrent: each === kind,
        }))}
      />
      <PagedList
        list={list}
        empty={
          <Empty
            title="还没有通报"
            words="每日进展和每周小结到点自动生成，发到单位群，并留在这里；发布时间在时限参数里设定。"
          />
        }
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <div className="stack">
            {items.map((one) => (
              <Post key={one.id} post={one} />
            ))}
            {hasMore && (
              <div className="data-more">
                <Button loading={isLoadingMore} onClick={onMore}>
                  加载更多
                </Button>
              </div>
            )}
          </div>
        )}
      </PagedList>
    </>
  );
}

function Post({ post }: { post: QueryOutput<'groupPosts'>['items'][number] }) {
  const now = useNow();
  return (
    <Panel title={post.title}>
      <div className="group-post">
        {post.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {post.units.length > 0 && (
          <details>
            <summary>各单位对照（{post.units.length} 个）</summary>
            <DataTable
              label={`${post.title} 各单位对照`}
              rows={post.units}
              rowKey={({ unitName }) => unitName}
              columns={columns}
            />
          </details>
        )}
        <p className="cell-sub">{showMoment(post.composedAt, now)} 生成</p>
      </div>
    </Panel>
  );
}

const columns: Column<GroupPost['units'][number]>[] = [
  { key: 'unit', title: '单位', render: ({ unitName }) => unitName },
  { key: 'new', title: '新派', isNumber: true, render: ({ figures }) => figures.dispatched },
  {
    key: 'claimRate',
    title: '及时领办率',
    isNumber: true,
    render: ({ figures }) => rateText(claimRate(figures)),
  },
  { key: 'done', title: '整改完成', isNumber: true, render: ({ figures }) => figures.rectified },
  {
    key: 'handleRate',
    title: '按期处置率',
    isNumber: true,
    render: ({ figures }) => rateText(handleRate(figures)),
  },
  { key: 'open', title: '在办', isNumber: true, render: ({ figures }) => figures.open },
  {
    key: 'late',
    title: '超时未领',
    isNumber: true,
    render: ({ figures }) => figures.unclaimedLate,
  },
  { key: 'over', title: '超期未整改', isNumber: true, render: ({ figures }) => figures.overdue },
];
