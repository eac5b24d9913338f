-- Signed messages of outside systems, senders that stop talking, and cases handed to grid platforms.

alter table api_key
  add column secret_id uuid,
  add column previous_secret_id uuid;

alter table sender
  add column expect_minutes integer,
  add column expected_at timestamptz(3),
  add column missed_at timestamptz(3);

-- What was answered to a message, by its own id: repeated, it is answered the same. Kept three days; not in the ledger.
create table intake_message (
  district    text           not null,
  sender_code text           not null,
  id          text           not null,
  digest      bytea          not null,
  at          timestamptz(3) not null,
  answer      jsonb          not null,
  primary key (district, sender_code, id)
);
create index intake_message_age on intake_message (at);

-- A grid platform is a subscription that is told of cases handed to it, by what rule they go by themselves.
alter table subscription add column push jsonb;

-- One handing over of an issue to a grid platform: the platform's number beside ours, and what it last said.
create table platform_case (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('sending', 'sent', 'rectified', 'failed', 'returned', 'recalled', 'closed')),
  issue_id uuid not null,
  subscription_id uuid not null,
  unit_id uuid not null,
  foreign_number text,
  foreign_state text,
  state_at timestamptz(3),
  problem text,
  pushed_at timestamptz(3) not null,
  arrived_at timestamptz(3),
  ended_at timestamptz(3),
  primary key (district, id),
  foreign key (district, issue_id) references issue (district, id),
  foreign key (district, subscription_id) references subscription (district, id)
);
create unique index platform_case_open on platform_case (district, issue_id, subscription_id)
  where status in ('sending', 'sent', 'rectified', 'failed');
create index platform_case_issue on platform_case (district, issue_id, pushed_at);
create index platform_case_foreign on platform_case (district, subscription_id, foreign_number)
  where foreign_number is not null;
create index platform_case_order on platform_case (district, pushed_at, id);
create index platform_case_platform on platform_case (district, subscription_id, pushed_at, id);
create index platform_case_unit on platform_case (district, unit_id, pushed_at, id);
create index platform_case_trouble on platform_case (district, pushed_at, id) where problem is not null;
create index platform_case_status on platform_case (district, status, pushed_at, id);
