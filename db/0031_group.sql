-- 创城大管家: the feed of a unit by its latest step, figures by day, and what was posted to the groups.

-- The feed of one unit, newest first; the expression is that of server/group/feed.ts.
create index issue_feed on issue (district, unit_id, (greatest(rectified_at, claimed_at, dispatched_at)), id)
  where dispatched_at is not null;
create index issue_dispatched on issue (district, dispatched_at) where dispatched_at is not null;
create index issue_rectify_due on issue (district, rectify_due) where rectify_due is not null;
create index event_reopen on event (district, at) where noun = 'issue' and action = 'reopen';

-- One for each unit (none: the whole district), kind and day; `id` is made from the three.
create table group_post (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status = any (array['composed'])),
  kind text not null check (kind in ('daily', 'weekly')),
  unit_id uuid,
  unit_name text not null,
  day text not null,
  from_at timestamptz(3) not null,
  until_at timestamptz(3) not null,
  figures jsonb not null,
  units jsonb not null,
  composed_at timestamptz(3) not null,
  primary key (district, id),
  unique nulls not distinct (district, kind, day, unit_id)
);
create index group_post_order on group_post (district, until_at, id);
create index group_post_unit on group_post (district, unit_id, until_at, id);
