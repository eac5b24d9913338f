/** Near issues 疑似重复: open issues this report may belong to; one key joins the one marked. */
import { useState } from 'react';
import { Button } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import type { IssueItem } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useKeys } from '../ui/hooks.ts';
import { Link } from '../ui/Link.tsx';
import { IssueStatusMark } from './Marks.tsx';

interface NearIssuesProps {
  near: QueryOutput<'reportView'>['near'];
  /** Why joining is not possible; null: it is. */
  reason: string | null;
  isBusy: boolean;
  onJoin: (item: IssueItem) => void;
}

export function NearIssues({ near, reason, isBusy, onJoin }: NearIssuesProps) {
  const [chosenId, setChosenId] = useState(near[0]?.item.id);
  const chosen = near.find(({ item }) => item.id === chosenId) ?? near[0];
  const canJoin = reason === null && !isBusy;
  const join = () => canJoin && chosen && onJoin(chosen.item);
  useKeys({
    j: join,
    J: join,
    ...Object.fromEntries(
      near.slice(0, 9).map(({ item }, at) => [String(at + 1), () => setChosenId(item.id)]),
    ),
  });
  if (near.length === 0)
    return (
      <p className="soft">同一地点附近没有在办案件。确知是同一问题的，可按编号或词查找后并入。</p>
    );
  return (
    <>
      <div className="choice-list" role="radiogroup" aria-label="疑似重复的案件">
        {near.map(({ item, meters, why }, at) => (
          <label key={item.id} className="choice">
            <input
              type="radio"
              name="near"
              checked={item.id === chosen?.item.id}
              onChange={() => setChosenId(item.id)}
            />
            <span className="grow">
              <span className="row-card-head">
                <kbd className="key">{at + 1}</kbd>
                <Link href={paths.issue(item.id)}>{item.number}</Link>
                <IssueStatusMark status={item.status} />
                {meters !== null && <strong>{Math.round(meters)} 米</strong>}
              </span>
              <span className="cell-two">{item.description}</span>
              <span className="cell-sub">{why}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="buttons" style={{ marginTop: 8 }}>
        <Button disabled={!canJoin} loading={isBusy} aria-keyshortcuts="j" onClick={join}>
          并入所选案件<kbd className="key">J</kbd>
        </Button>
        {reason && <span className="reason-words">{reason}</span>}
      </div>
    </>
  );
}
