-- What waits in a unit's feed: read by itself, however much was done since. The expression is that of
-- server/group/feed.ts.
create index issue_feed_waiting on issue (district, unit_id, (greatest(rectified_at, claimed_at, dispatched_at)), id)
  where status in ('dispatched', 'claimed') and dispatched_at is not null;
