/** One matter in a group's feed: what, where, before and after, who did what when, and the claim button. */
import { App, Button } from 'antd';
import type { FeedEntry } from '../../domain/groupApi.ts';
import { epochMs } from '../../domain/moment.ts';
import { IssueFlags, IssueStatusMark } from '../desk/Marks.tsx';
import { photoAddress } from '../desk/photos.ts';
import { paths } from '../paths.ts';
import { useAct, useDistrict } from '../queryHooks.ts';
import { showMoment, showSpan } from '../words.ts';
import { Link } from '../ui/Link.tsx';
import { PhotoPair, type PhotoColumn } from '../ui/PhotoPair.tsx';

/** Is it waiting to be claimed though its time is over, by the server's clock or by now? */
const isLate = ({ item, claimDue }: FeedEntry, now: string): boolean =>
  item.status === 'dispatched' && (item.isOverdue || (claimDue !== null && claimDue < now));

export function GroupEntry({ entry, now }: { entry: FeedEntry; now: string }) {
  const { item, steps } = entry;
  return (
    <li className="group-entry" data-late={isLate(entry, now)} aria-label={item.number}>
      <div className="card-top">
        <IssueStatusMark status={item.status} />
        <IssueFlags item={item} />
        <Left entry={entry} now={now} />
      </div>
      <p className="cell-two">
        <strong>{item.categoryName}</strong>　{item.description}
      </p>
      <p className="cell-sub">
        {[item.areaName, item.address, item.unitName].filter(Boolean).join(' · ')}
      </p>
      <Photos entry={entry} now={now} />
      <ol className="group-steps" aria-label="进展">
        {steps.map(({ at, label, who }) => (
          <li key={at + label}>
            <time>{showMoment(at, now)}</time>
            {label}　{who}
          </li>
        ))}
      </ol>
      <div className="card-foot">
        <Link href={paths.issue(item.id)}>{item.number}</Link>
        {item.open.includes('claim') && <ClaimButton entry={entry} />}
      </div>
    </li>
  );
}

/** What is left to claim; how long claiming took; the limit of rectifying. */
function Left({ entry, now }: { entry: FeedEntry; now: string }) {
  const { item, claimDue, claimedAt, dispatchedAt } = entry;
  if (item.status === 'dispatched') {
    if (isLate(entry, now)) return <span className="group-left mark mark-late">超时未领</span>;
    return claimDue ? (
      <span className="group-left">领办还剩 {showSpan(epochMs(claimDue) - epochMs(now))}</span>
    ) : null;
  }
  if (!claimedAt) return null;
  const took = showSpan(epochMs(claimedAt) - epochMs(dispatchedAt));
  const wasLate = claimDue !== null && claimDue < claimedAt;
  return (
    <span className="group-left soft">
      {took}领办{wasLate && <span className="late">，超时</span>}
    </span>
  );
}

function Photos({ entry, now }: { entry: FeedEntry; now: string }) {
  const district = useDistrict();
  const { before, after, dispatchedAt, rectifiedAt } = entry;
  if (before.length + after.length === 0) return null;
  const column = (title: string, ids: readonly string[], at: string, emptyWords: string) =>
    ({
      title,
      emptyWords,
      photos: ids.map((id) => ({
        id,
        thumbnail: photoAddress(district, id, 'thumbnail'),
        shown: photoAddress(district, id, 'shown'),
        words: showMoment(at, now),
        isGone: false,
      })),
    }) satisfies PhotoColumn;
  const columns = [
    column('整改前', before, dispatchedAt, '没有整改前照片'),
    column('整改后', after, rectifiedAt ?? dispatchedAt, rectifiedAt ? '没有照片' : '尚未整改'),
  ];
  return <PhotoPair columns={columns} />;
}

function ClaimButton({ entry: { item } }: { entry: FeedEntry }) {
  const { mutateAsync: perform, isPending } = useAct();
  const { message } = App.useApp();
  const claim = async () => {
    try {
      await perform({ noun: 'issue', id: item.id, action: 'claim', input: {}, seen: item.version });
      message.success('已领办，请在时限内整改');
    } catch (error) {
      message.error(error instanceof Error ? error.message : '领办失败，请重试');
    }
  };
  return (
    <Button type="primary" loading={isPending} onClick={() => void claim()}>
      领办
    </Button>
  );
}
