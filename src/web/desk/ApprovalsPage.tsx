/** Approvals 审批: what waits for consent, and what was decided. */
import { Button } from 'antd';
import { approvalKindLabels, approvalStatusLabels } from '../../domain/approval.ts';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { showCount, showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { DownloadButton } from './DownloadButton.tsx';
import { Due } from './Marks.tsx';
import { PagedList } from './PagedList.tsx';
import { RecordCards } from './RecordCards.tsx';
import { useFilters } from './useFilters.ts';

const views = [
  { label: approvalStatusLabels.asked, status: 'asked' },
  { label: '已决定', status: 'granted,denied' },
];

export default function ApprovalsPage() {
  const [filters] = useFilters();
  const now = useNow();
  const status = filters.status ?? 'asked';
  const list = useAskPages('approvalList', { status, limit: 50 });
  const first = list.data?.pages[0];
  return (
    <>
      <div className="page-head">
        <h1>审批</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 项</span>}
        <span className="grow" />
        <DownloadButton list="approvalList" input={{ status }} />
      </div>
      <Tabs
        label="按状态"
        tabs={views.map((view) => ({
          label: view.label,
          href: paths.approvals({ status: view.status === 'asked' ? undefined : view.status }),
          isCurrent: view.status === status,
        }))}
      />
      <PagedList
        list={list}
        empty={
          <Empty
            title={status === 'asked' ? '没有待审批的申请' : '还没有审批记录'}
            words="延期、挂账、作废等申请会出现在这里。"
          />
        }
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <>
            <RecordCards
              label="审批"
              items={items}
              isOpen={(item) => item.status === 'asked'}
              head={(item) => (
                <>
                  <strong>申请{approvalKindLabels[item.kind]}</strong>
                  <span className="mark">{approvalStatusLabels[item.status]}</span>
                  <span className="soft">
                    {item.askerName} · {showMoment(item.askedAt, now)}
                  </span>
                  {item.status === 'asked' && (
                    <Due due={item.due} isOverdue={false} now={now} label="审批" />
                  )}
                </>
              )}
              body={(item) => (
                <>
                  {item.reason}
                  {typeof item.payload.until === 'string' && (
                    <span className="soft">　截止日 {item.payload.until}</span>
                  )}
                  {item.opinion && <span className="soft">　审批意见：{item.opinion}</span>}
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
