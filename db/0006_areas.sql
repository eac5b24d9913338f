-- Areas get a boundary, a responsible unit, the days they began and ended, and what they came from.

alter table area
  add column polygon jsonb,
  add column unit_id uuid,
  add column land_use text,
  add column begin_day text,
  add column end_day text,
  add column succeeded_by text[] not null default '{}',
  add column predecessors text[] not null default '{}';

alter table area
  alter column succeeded_by drop default,
  alter column predecessors drop default;
