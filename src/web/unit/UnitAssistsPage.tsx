/** Assists 协办任务: this unit's parts of other units' issues. */
import { Button } from 'antd';
import { assistStatusLabels } from '../../domain/assist.ts';
import { DownloadButton } from '../desk/DownloadButton.tsx';
import { Due } from '../desk/Marks.tsx';
import { PagedList } from '../desk/PagedList.tsx';
import { RecordCards } from '../desk/RecordCards.tsx';
import { useFilters } from '../desk/useFilters.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { showCount, showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';

const views = [
  { label: '在办', status: 'asked,claimed' },
  { label: '已了结', status: 'done,released' },
];

export default function UnitAssistsPage() {
  const [filters] = useFilters();
  const now = useNow();
  const status = filters.status ?? 'asked,claimed';
  const list = useAskPages('assistList', { status, limit: 50 });
  const first = list.data?.pages[0];
  return (
    <>
      <div className="page-head">
        <h1>协办任务</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 项</span>}
        <span className="grow" />
        <DownloadButton list="assistList" input={{ status }} />
      </div>
      <Tabs
        label="按状态"
        tabs={views.map((view, at) => ({
          label: view.label,
          href: paths.unitAssists({ status: at === 0 ? undefined : view.status }),
          isCurrent: view.status === status,
        }))}
      />
      <PagedList
        list={list}
        empty={<Empty title="没有协办任务" words="专席或主办单位请本单位协办时，会出现在这里。" />}
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <>
            <RecordCards
              label="协办任务"
              items={items}
              isOpen={({ status }) => status === 'asked' || status === 'claimed'}
              head={(item) => (
                <>
                  <strong>{item.unitName}</strong>
                  <span className="mark">{assistStatusLabels[item.status]}</span>
                  <span className="soft">{showMoment(item.askedAt, now)} 提出</span>
                  {item.doneAt === null && <Due due={item.due} isOverdue={false} now={now} />}
                </>
              )}
              body={(item) => (
                <>
                  {item.task}
                  {item.result && <span className="soft">　完成情况：{item.result}</span>}
                </>
              )}
            />
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
