-- Notices outside the product: the ways there are, who wants what by which way, and the queue.

create table notice_channel (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  name text not null,
  settings jsonb not null,
  unit_id uuid,
  page_url text,
  secret_id uuid not null,
  primary key (district, id)
);
create index notice_channel_order on notice_channel (district, name, id);

create table notice_default (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'ended')),
  role text not null check (role in ('citizen', 'gridWorker', 'assessor', 'desk', 'shiftLeader', 'unitHead', 'officer', 'supervisor', 'leader', 'systemAdmin', 'securityAdmin', 'auditAdmin', 'system')),
  ways jsonb not null,
  hours jsonb not null,
  primary key (district, id)
);
create unique index notice_default_role on notice_default (district, role) where status = 'active';

create table notice_choice (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'ended')),
  person_id uuid not null,
  phone_id uuid,
  email_id uuid,
  duties jsonb not null,
  hours jsonb,
  primary key (district, id)
);
create unique index notice_choice_person on notice_choice (district, person_id) where status = 'active';

-- One row for each matter, channel and person; without a person it goes to the channel's group. `first_at`: since
-- when it is tried; `last_at`: of the last attempt.
create table notice_message (
  district   text           not null,
  id         uuid           not null,
  channel_id uuid           not null,
  person_id  uuid,
  matter     text           not null,
  kind       text           not null,
  content    jsonb          not null,
  is_urgent  boolean        not null,
  status     text           not null check (status in ('waiting', 'sending', 'sent', 'dead', 'unsure')),
  attempts   integer        not null,
  made_at    timestamptz(3) not null,
  due_at     timestamptz(3) not null,
  first_at   timestamptz(3) not null,
  last_at    timestamptz(3),
  reason     text,
  primary key (district, id),
  unique nulls not distinct (district, channel_id, person_id, matter)
);
create index notice_message_due on notice_message (district, channel_id, due_at, id) where status = 'waiting';
create index notice_message_sending on notice_message (last_at) where status = 'sending';
create index notice_message_last on notice_message (district, channel_id, last_at) where last_at is not null;
create index notice_message_order on notice_message (district, channel_id, made_at, id);
create index notice_message_status on notice_message (district, channel_id, status, made_at, id);
create index notice_message_made on notice_message (made_at);
