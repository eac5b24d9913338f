/** What I may verify, the most pressing first; what I may not stays visible below, with the reason inside. */
import { useState } from 'react';
import { paths } from '../paths.ts';
import { useAskPages } from '../queryHooks.ts';
import { AnswerState, FieldFrame } from './FieldFrame.tsx';
import { IssueRow } from './Rows.tsx';

export default function FieldVerify() {
  const list = useAskPages('issueList', { status: 'verifying', sort: 'due', limit: 50 });
  const [showsOthers, setShowsOthers] = useState(false);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const mine = items.filter(({ open }) => open.includes('pass'));
  const others = items.filter(({ open }) => !open.includes('pass'));
  return (
    <FieldFrame
      title="待我复查"
      subtitle={list.data ? `${mine.length} 件，急的在前` : undefined}
      back={paths.field()}
    >
      <AnswerState
        isPending={list.isPending}
        error={list.error}
        onRetry={() => void list.refetch()}
      />
      {list.data && mine.length === 0 ? (
        <p className="field-card">现在没有要您复查的案件。整改完成后会出现在这里。</p>
      ) : null}
      <ul className="field-list">
        {mine.map((item) => (
          <IssueRow key={item.id} item={item} />
        ))}
      </ul>
      {list.hasNextPage ? (
        <button
          type="button"
          className="field-button"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? '正在读取……' : '读取更多'}
        </button>
      ) : null}
      {others.length > 0 ? (
        <>
          <button
            type="button"
            className="field-button field-button-plain"
            aria-expanded={showsOthers}
            onClick={() => setShowsOthers(!showsOthers)}
          >
            {showsOthers ? '收起' : `另有 ${others.length} 件不能由您复查，点开看原因`}
          </button>
          {showsOthers ? (
            <ul className="field-list">
              {others.map((item) => (
                <IssueRow key={item.id} item={item} />
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </FieldFrame>
  );
}
