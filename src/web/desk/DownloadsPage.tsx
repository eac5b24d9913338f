/** Downloads 我的导出: files asked for, how far they are, taking them; and what waits for my consent. */
import { useState } from 'react';
import { App, Button, Progress } from 'antd';
import { downloadStatusLabels } from '../../domain/download.ts';
import type { DownloadRow } from '../../domain/downloadApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useAct, useAskPages, useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { showBytes, showCount, showMoment } from '../words.ts';
import { useNow } from '../ui/hooks.ts';
import { Empty } from '../ui/States.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { ActionForm } from './ActionForm.tsx';
import { RecordButtons } from './IssueParts.tsx';
import { PagedList } from './PagedList.tsx';
import { useFilters } from './useFilters.ts';

const pollMs = 2_000;

export default function DownloadsPage() {
  const [filters] = useFilters();
  const { post } = useSession();
  const [chosen, setChosen] = useState<{ open: OpenAction; recordId: string } | null>(null);
  const { mutateAsync: perform } = useAct();
  const { message } = App.useApp();
  const mayGrant = post?.role === 'shiftLeader' || post?.role === 'leader';
  const isWaiting = mayGrant && filters.waiting === '1';
  const list = useAskPages(
    'downloadList',
    { limit: 50, ...(isWaiting ? { waiting: '1' } : {}) },
    { refetchInterval: isWaiting ? false : pollMs },
  );
  const first = list.data?.pages[0];
  const record = list.data?.pages
    .flatMap(({ items }) => items)
    .find(({ id }) => id === chosen?.recordId);
  const choose = async (open: OpenAction, row: DownloadRow): Promise<void> => {
    if (open.action === 'grant' || open.action === 'deny') {
      setChosen({ open, recordId: row.id });
      return;
    }
    try {
      await perform({ noun: 'download', id: row.id, action: open.action, input: {} });
      message.success(open.action === 'cancel' ? '已取消' : '文件已销毁');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '没有办成，请重试');
    }
  };
  return (
    <>
      <div className="page-head">
        <h1>{isWaiting ? '导出审批' : '我的导出'}</h1>
        {first && <span className="soft">共 {showCount(first.count, first.isMore)} 项</span>}
      </div>
      {mayGrant && (
        <Tabs
          label="导出"
          tabs={[
            { label: '我的导出', href: paths.downloads(), isCurrent: !isWaiting },
            { label: '待我审批', href: paths.downloads({ waiting: '1' }), isCurrent: isWaiting },
          ]}
        />
      )}
      <PagedList
        list={list}
        empty={
          <Empty
            title={isWaiting ? '没有待审批的导出' : '还没有导出过表格'}
            words={
              isWaiting
                ? '超过 5,000 行的导出申请会出现在这里。'
                : '在案件台账、来件等列表上点“导出”，文件会出现在这里。'
            }
          />
        }
      >
        {(items, { hasMore, isLoadingMore, onMore }) => (
          <>
            <ul className="cards" aria-label="导出">
              {items.map((row) => (
                <DownloadCard key={row.id} row={row} onChoose={(open) => void choose(open, row)} />
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
      {chosen && record && (
        <ActionForm
          key={`${chosen.open.action}.${chosen.recordId}`}
          open={chosen.open}
          recordId={chosen.recordId}
          seen={record.version}
          subject={`${record.label}　${record.rowCount?.toLocaleString('zh-CN') ?? ''} 行`}
          onDone={() => setChosen(null)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

interface DownloadCardProps {
  row: DownloadRow;
  onChoose: (open: OpenAction) => void;
}

function DownloadCard({ row, onChoose }: DownloadCardProps) {
  const now = useNow();
  const district = useDistrict();
  const { status, rowCount } = row;
  const address = `/api/${district}/downloads/${row.id}`;
  const others = row.actions.filter(
    ({ action, refusal }) =>
      action !== 'take' && refusal?.code !== 'wrongStatus' && refusal?.code !== 'notYours',
  );
  return (
    <li className="card">
      <div className="row-card-head">
        <strong>{row.label}</strong>
        <span className="mark">{downloadStatusLabels[status]}</span>
        <span className="soft">
          {row.form.toUpperCase()}
          {rowCount === null ? '' : ` · ${rowCount.toLocaleString('zh-CN')} 行`}
          {row.size === null ? '' : ` · ${showBytes(row.size)}`}
        </span>
        <span className="soft">
          {row.askerName}（{row.askerPost}） · {showMoment(row.askedAt, now)}
        </span>
      </div>
      <p>
        {row.filterWords}
        <span className="soft">　列：{row.columnTitles.join('、')}</span>
      </p>
      {row.reason && <p className="soft">理由：{row.reason}</p>}
      {row.opinion && (
        <p className="soft">
          {row.deciderName} 审批意见：{row.opinion}
        </p>
      )}
      {row.problem && <p>{row.problem}</p>}
      {status === 'granted' && (
        <Progress
          percent={rowCount ? Math.min(99, Math.floor(((row.made ?? 0) / rowCount) * 100)) : 0}
          size="small"
          aria-label="生成进度"
        />
      )}
      {status === 'ready' && (
        <p className="soft">
          保留到 {showMoment(row.expiresAt, now)}，届时自动销毁 · 已下载 {row.takenCount} 次
        </p>
      )}
      <div className="buttons">
        {status === 'ready' && (
          <Button type="primary" href={`${address}/file`}>
            下载
          </Button>
        )}
        {status === 'ready' && row.form === 'csv' && (
          <Button href={`${address}/definitions.csv`}>字段说明</Button>
        )}
        <RecordButtons record={row} actions={others} onAct={({ open }) => onChoose(open)} isQuiet />
      </div>
    </li>
  );
}
