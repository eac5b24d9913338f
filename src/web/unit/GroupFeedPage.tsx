/** Group feed 群动态: what is new, claimed and rectified in a unit's group; claiming is one tap. */
import type { QueryInput } from '../../domain/api.ts';
import type { GroupFigures } from '../../domain/groupFigures.ts';
import { PagedList } from '../desk/PagedList.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAsk, useAskPages } from '../queryHooks.ts';
import { useNow } from '../ui/hooks.ts';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { Button } from 'antd';
import { GroupEntry } from './GroupEntry.tsx';
import { GroupHead } from './GroupTabs.tsx';
import { GroupUnitSelect, useOwnUnit } from './GroupUnitSelect.tsx';

const steps = [
  { label: '全部', step: undefined },
  { label: '待领办', step: 'new' },
  { label: '整改中', step: 'claimed' },
  { label: '已整改', step: 'rectified' },
];

export default function GroupFeedPage() {
  const [filters, change] = useFilters();
  const own = useOwnUnit();
  const { step } = filters;
  // A unit begins with its own group, the office with all.
  const unit = filters.unit ?? own;
  const now = useNow(10_000);
  const list = useAskPages('groupFeed', {
    ...(unit ? { unit } : {}),
    ...(step ? { step } : {}),
    limit: 20,
  } as QueryInput<'groupFeed'>);
  const today = useAsk('groupUnits', unit ? { unit } : {}, {
    refetchInterval: 60_000,
    isKept: true,
  });
  return (
    <>
      <GroupHead page="feed" unit={filters.unit} />
      {today.data && <Today figures={today.data.total} />}
      <div className="filters" role="search" aria-label="筛选">
        <GroupUnitSelect value={filters.unit} onChange={(chosen) => change({ unit: chosen })} />
      </div>
      <Tabs
        label="按进展"
        tabs={steps.map((each) => ({
          label: each.label,
          href: paths.groupFeed({ unit: filters.unit, step: each.step }),
          isCurrent: each.step === step,
        }))}
      />
      <PagedList
        list={list}
        empty={
          <Empty
            title={step ? '没有这样的案件' : '还没有动态'}
            words="派给本单位的案件会自动出现在这里，请在一刻钟内领办。"
          />
        }
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <>
            <ol className="group-feed" aria-label="群动态">
              {items.map((entry) => (
                <GroupEntry key={entry.item.id} entry={entry} now={now} />
              ))}
            </ol>
            {hasMore && (
              <div className="data-more">
                <Button loading={isLoadingMore} onClick={onMore}>
                  加载更多
                </Button>
              </div>
            )}
          </>
        )}
      </PagedList>
    </>
  );
}

/** Today's numbers, the same as in 单位对照. */
const Today = ({ figures }: { figures: GroupFigures }) => (
  <p className="group-today" aria-label="今日">
    <span>
      今日新派 <strong>{figures.dispatched}</strong>
    </span>
    <span>
      已领办 <strong>{figures.claimed}</strong>
    </span>
    <span>
      整改完成 <strong>{figures.rectified}</strong>
    </span>
    <span>
      在办 <strong>{figures.open}</strong>
    </span>
    <span className={figures.unclaimedLate > 0 ? 'late' : undefined}>
      超时未领 <strong>{figures.unclaimedLate}</strong>
    </span>
  </p>
);
