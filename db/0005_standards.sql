-- Standards: stages of a limit, limits by the grade of the area, confirmed versions, provisional deadlines.

alter table issue
  add column grade text,
  add column milestones jsonb not null default '[]',
  add column milestone_due timestamptz(3);
alter table issue alter column milestones drop default;

-- Handling is due at its next stage first, then at its end.
drop index issue_due;
alter table issue drop column current_due;
alter table issue add column current_due timestamptz(3) generated always as (
  case
    when is_held then hold_until
    when status in ('accepted', 'rectified', 'passed') then desk_due
    when status = 'dispatched' then claim_due
    when status = 'claimed' then coalesce(milestone_due, rectify_due)
    when status = 'verifying' then verify_due
  end
) stored;
create index issue_due on issue (district, current_due, id) where current_due is not null;

alter table assist add column clock jsonb;
alter table approval add column clock jsonb;

alter table category
  add column vouched_by uuid,
  add column vouched_at timestamptz(3);

-- Deadlines counted on a year not yet announced, to be counted again when its notice is loaded.
create index issue_provisional on issue (district, id)
  where status <> 'closed' and status <> 'void' and clocks @? '$.*.isProvisional ? (@ == true)';
create index report_provisional on report (district, id)
  where status in ('submitted', 'confirming', 'joined') and clocks @? '$.*.isProvisional ? (@ == true)';
create index assist_provisional on assist (district, id)
  where status in ('asked', 'claimed') and clock @? '$.isProvisional ? (@ == true)';
create index approval_provisional on approval (district, id)
  where status = 'asked' and clock @? '$.isProvisional ? (@ == true)';
