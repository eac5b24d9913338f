-- Asking back whoever complained, once for each report and closing: asked by code or by telephone, what came of it.

create table callback (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('waiting', 'answered', 'contested', 'invalid', 'canceled')),
  report_id uuid not null,
  issue_id uuid,
  closed_at timestamptz(3),
  unit_id uuid,
  open_unit_id uuid,
  area_code text collate "C" not null,
  category_code text,
  channel text not null check (channel in ('patrol', 'hotline', 'inspection', 'citizen', 'media', 'leader', 'self')),
  kind text check (kind in ('inquiry', 'help', 'complaint', 'tipOff', 'suggestion')),
  sender_code text,
  is_confidential boolean not null,
  is_forced boolean not null,
  is_repeat boolean not null,
  by_phone boolean not null,
  by_code boolean not null,
  opened_at timestamptz(3) not null,
  due timestamptz(3),
  escalate_at timestamptz(3),
  operator_id uuid,
  claim_ends_at timestamptz(3),
  attempt_count integer not null,
  last_attempt_at timestamptz(3),
  next_at timestamptz(3),
  visit_count integer not null,
  way text check (way in ('code', 'phone', 'city')),
  answerer_id uuid,
  is_contacted boolean,
  solved text check (solved in ('yes', 'partly', 'no')),
  satisfaction text check (satisfaction in ('satisfied', 'basicallySatisfied', 'fair', 'dissatisfied')),
  why text,
  ended_at timestamptz(3),
  invalid_reason text check (invalid_reason in ('notReached', 'wrongNumber', 'refused', 'notComplainant', 'noContact', 'expired', 'struck', 'other')),
  contest_reason text,
  contester_id uuid,
  opinion text,
  decider_id uuid,
  reopens boolean not null,
  primary key (district, id)
);
create index callback_report on callback (district, report_id, opened_at);
create index callback_issue on callback (district, issue_id, opened_at) where issue_id is not null;
create index callback_opened on callback (district, opened_at, id);
create index callback_due on callback (district, due, id) where due is not null;
create index callback_status on callback (district, status, opened_at, id);
create index callback_ended on callback (district, ended_at, id) where ended_at is not null;
create index callback_unit on callback (district, open_unit_id, opened_at, id) where open_unit_id is not null;
create index callback_area on callback (district, area_code, opened_at, id);
create index callback_category on callback (district, category_code, opened_at, id) where category_code is not null;
create index callback_operator on callback (district, operator_id, opened_at, id) where operator_id is not null;
create index callback_escalate on callback (escalate_at) where escalate_at is not null;
