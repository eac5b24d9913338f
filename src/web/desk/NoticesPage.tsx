/** Notices 消息: what the office tells this person, the latest first; opening one marks it read. */
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { ask } from '../client.ts';
import { paths } from '../paths.ts';
import { useAskPages, useDistrict } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { Empty } from '../ui/States.tsx';
import { PagedList } from './PagedList.tsx';

type Notice = QueryOutput<'noticeList'>['items'][number];

function addressOf({ noun, recordId }: Notice): string {
  if (noun === 'issue') return paths.issue(recordId);
  if (noun === 'report') return paths.report(recordId);
  if (noun === 'approval') return paths.approvals();
  if (noun === 'assist') return paths.unitAssists();
  return paths.record(noun, recordId);
}

export default function NoticesPage() {
  const district = useDistrict();
  const now = useNow();
  const queryClient = useQueryClient();
  const { message } = App.useApp();
  const list = useAskPages('noticeList', { limit: 50 });
  const markRead = async (ids: string[]) => {
    if (ids.length === 0) return;
    try {
      await ask('readNotices', district, { ids });
      void queryClient.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[1] === 'noticeList' || queryKey[1] === 'work',
      });
    } catch (error) {
      message.error(error instanceof Error ? error.message : '未能标为已读，请重试');
    }
  };
  const unread = (list.data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter(({ isRead }) => !isRead);
  return (
    <>
      <div className="page-head">
        <h1>消息</h1>
        <span className="grow" />
        <Link href={paths.ownNotices()}>我的通知设置</Link>
        {unread.length > 0 && (
          <Button onClick={() => void markRead(unread.slice(0, 100).map(({ id }) => id))}>
            全部标为已读（{unread.length}）
          </Button>
        )}
      </div>
      <PagedList
        list={list}
        empty={<Empty title="没有消息" words="派单、超时、审批结果等提醒会出现在这里。" />}
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <>
            <ul className="cards" aria-label="消息">
              {items.map((notice) => (
                <li key={notice.id} className="card card-line">
                  <span>
                    {!notice.isRead && <span className="mark mark-late">未读</span>}{' '}
                    <Link
                      href={addressOf(notice)}
                      onGo={() => void markRead(notice.isRead ? [] : [notice.id])}
                    >
                      {notice.words}
                    </Link>
                  </span>
                  <time className="soft">{showMoment(notice.at, now)}</time>
                </li>
              ))}
            </ul>
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
