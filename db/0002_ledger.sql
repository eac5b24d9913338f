-- The ledger: reports, issues, assists, approvals. One column for each field of the noun.

create table report (
  district text not null,
  id uuid not null,
  version integer not null,
  status text not null check (status in ('submitted', 'confirming', 'joined', 'selfHandled', 'declined', 'withdrawn', 'answered')),
  number text not null,
  channel text not null check (channel in ('patrol', 'hotline', 'inspection', 'citizen', 'media', 'leader', 'self')),
  sender_code text,
  outside_number text,
  origin_noun text,
  origin_id uuid,
  kind text check (kind in ('inquiry', 'help', 'complaint', 'tipOff', 'suggestion')),
  urgency text not null check (urgency in ('danger', 'utility', 'ordinary', 'complex')),
  content text not null,
  address text,
  area_code text not null collate "C",
  site_id uuid,
  category_code text,
  lng double precision,
  lat double precision,
  is_confidential boolean not null,
  complainant_name uuid,
  complainant_phone uuid,
  is_anonymized boolean not null,
  follow_hash text,
  reporter_id uuid,
  confirmer_id uuid,
  confirm_post_id uuid,
  confirm_result text check (confirm_result in ('true', 'false', 'unclear')),
  confirm_words text,
  issue_id uuid,
  status_before_join text check (status_before_join in ('submitted', 'confirming', 'joined', 'selfHandled', 'declined', 'withdrawn', 'answered')),
  decline_reason text,
  answer text,
  is_answer_open boolean not null,
  is_historic boolean not null,
  submitted_at timestamptz(3) not null,
  claimed_at timestamptz(3),
  answered_at timestamptz(3),
  accept_due timestamptz(3),
  confirm_due timestamptz(3),
  answer_due timestamptz(3),
  escalate_at timestamptz(3),
  escalated_clock text,
  photo_count integer not null,
  clocks jsonb not null,
  primary key (district, id),
  unique (district, number)
);
create unique index report_outside on report (district, sender_code, outside_number) where sender_code is not null;
create index report_status on report (district, status, submitted_at, id);
create index report_time on report (district, submitted_at, id);
create index report_area on report (district, area_code, submitted_at, id);
create index report_issue on report (district, issue_id) where issue_id is not null;
create index report_reporter on report (district, reporter_id, submitted_at, id) where reporter_id is not null;
create index report_confirmer on report (district, confirmer_id) where confirmer_id is not null;
create index report_escalate on report (escalate_at) where escalate_at is not null;

create table issue (
  district text not null,
  id uuid not null,
  version integer not null,
  status text not null check (status in ('accepted', 'dispatched', 'claimed', 'rectified', 'verifying', 'passed', 'closed', 'void')),
  number text not null check (number ~ '^\d{19}$'),
  channel text not null check (channel in ('patrol', 'hotline', 'inspection', 'citizen', 'media', 'leader', 'self')),
  urgency text not null check (urgency in ('danger', 'utility', 'ordinary', 'complex')),
  attempt integer not null,
  category_id uuid not null,
  category_code text not null,
  condition_no integer not null,
  time_limit jsonb not null,
  description text not null,
  address text,
  area_code text not null collate "C",
  site_id uuid,
  lng double precision,
  lat double precision,
  unit_id uuid,
  assist_unit_ids uuid[] not null,
  party_unit_ids uuid[] not null,
  open_assist_count integer not null,
  officer_post_id uuid,
  officer_id uuid,
  verify_post_id uuid,
  verifier_id uuid,
  verify_area_code text collate "C",
  acted_ids uuid[] not null,
  pending_consents text[] not null,
  report_count integer not null,
  photo_count integer not null,
  return_count integer not null,
  extension_count integer not null,
  hold_count integer not null,
  merged_count integer not null,
  appeal_count integer not null,
  is_urgent boolean not null,
  is_day_and_night boolean not null,
  is_held boolean not null,
  hold_kind text check (hold_kind in ('longTerm', 'short')),
  hold_until timestamptz(3),
  is_forced boolean not null,
  is_exempt boolean not null,
  recurring boolean not null,
  recurrence_of uuid,
  merged_into uuid,
  before_merge jsonb,
  works jsonb not null,
  accepted_at timestamptz(3) not null,
  dispatched_at timestamptz(3),
  claimed_at timestamptz(3),
  rectified_at timestamptz(3),
  device_rectified_at timestamptz(3),
  counted_rectified_at timestamptz(3),
  verified_at timestamptz(3),
  closed_at timestamptz(3),
  desk_due timestamptz(3),
  claim_due timestamptz(3),
  rectify_due timestamptz(3),
  verify_due timestamptz(3),
  remaining_minutes double precision,
  claim_escalations jsonb not null,
  escalate_at timestamptz(3),
  escalation_level integer not null,
  clocks jsonb not null,
  -- The clock that runs now (for a held issue the end of the hold), for work lists and the clock filter;
  -- kept by the database alone.
  current_due timestamptz(3) generated always as (
    case
      when is_held then hold_until
      when status in ('accepted', 'rectified', 'passed') then desk_due
      when status = 'dispatched' then claim_due
      when status = 'claimed' then rectify_due
      when status = 'verifying' then verify_due
    end
  ) stored,
  primary key (district, id),
  unique (district, number)
) with (fillfactor = 80);
create index issue_time on issue (district, accepted_at, id);
create index issue_status on issue (district, status, accepted_at, id);
create index issue_unit on issue (district, unit_id, accepted_at, id);
create index issue_party on issue using gin (party_unit_ids);
create index issue_area on issue (district, area_code, accepted_at, id);
create index issue_verify_area on issue (district, verify_area_code) where verify_area_code is not null;
create index issue_verifier on issue (district, verifier_id) where verifier_id is not null;
create index issue_category on issue (district, category_code, accepted_at, id);
create index issue_due on issue (district, current_due, id) where current_due is not null;
create index issue_escalate on issue (escalate_at) where escalate_at is not null;
create index issue_hold on issue (hold_until) where is_held;
create index issue_closed_near on issue (district, category_code, lat) where status = 'closed' and lat is not null;
create index issue_closed_site on issue (district, category_code, site_id, closed_at) where status = 'closed' and site_id is not null;
create index issue_closed_address on issue (district, category_code, address, closed_at) where status = 'closed';
create index issue_officer on issue (district, officer_id) where officer_id is not null;
create index issue_rectified on issue (district, rectified_at) where rectified_at is not null;
create index issue_recurrence on issue (district, recurrence_of) where recurrence_of is not null;
create index issue_merged on issue (district, merged_into) where merged_into is not null;

create table assist (
  district text not null,
  id uuid not null,
  version integer not null,
  status text not null check (status in ('asked', 'claimed', 'done', 'released')),
  issue_id uuid not null,
  attempt integer not null,
  unit_id uuid not null,
  asker_unit_id uuid,
  task text not null,
  result text,
  asked_at timestamptz(3) not null,
  claimed_at timestamptz(3),
  done_at timestamptz(3),
  due timestamptz(3) not null,
  escalate_at timestamptz(3),
  primary key (district, id)
);
create index assist_issue on assist (district, issue_id);
create index assist_unit on assist (district, unit_id, status, due);
create index assist_escalate on assist (escalate_at) where escalate_at is not null;

create table approval (
  district text not null,
  id uuid not null,
  version integer not null,
  status text not null check (status in ('asked', 'granted', 'denied')),
  issue_id uuid not null,
  kind text not null check (kind in ('extension', 'hold', 'void', 'forceClose', 'appeal', 'lateOffline')),
  reason text not null,
  payload jsonb not null,
  unit_id uuid,
  asker_id uuid not null,
  decider_id uuid,
  opinion text,
  asked_at timestamptz(3) not null,
  decided_at timestamptz(3),
  due timestamptz(3) not null,
  escalate_at timestamptz(3),
  primary key (district, id)
);
create index approval_issue on approval (district, issue_id);
create index approval_status on approval (district, status, asked_at, id);
create index approval_escalate on approval (escalate_at) where escalate_at is not null;

alter table report add foreign key (district, issue_id) references issue (district, id);
alter table issue add foreign key (district, merged_into) references issue (district, id);
alter table assist add foreign key (district, issue_id) references issue (district, id);
alter table approval add foreign key (district, issue_id) references issue (district, id);
