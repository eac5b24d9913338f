-- Units as lines and groups, rosters of one day, deputies, patrons; sessions one can tell apart; one-time codes.

alter table unit drop constraint unit_kind_check;
alter table unit add constraint unit_kind_check
  check (kind in ('department', 'subdistrict', 'community', 'firm', 'office', 'headquarters', 'workGroup'));
alter table unit
  add column guide_unit_id uuid,
  add column lead_unit_id uuid,
  add column member_unit_ids uuid[] not null default '{}',
  add column aliases jsonb not null default '[]',
  add column merged_into uuid;
alter table unit alter column member_unit_ids drop default, alter column aliases drop default;

alter table roster add column day text;

create table deputy (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  post_id uuid not null,
  deputy_post_id uuid not null,
  from_day text not null,
  to_day text not null,
  note text,
  primary key (district, id)
);
create index deputy_post on deputy (district, post_id);

create table patron (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  area_code text not null collate "C",
  person_id uuid,
  name text not null,
  title text not null,
  from_day text not null,
  to_day text,
  primary key (district, id)
);
create index patron_area on patron (district, area_code);

alter table session
  add column id uuid not null default gen_random_uuid(),
  add column device text not null default '未知设备',
  add column confirmed_at timestamptz(3);
create index session_district on session (district, seen_at, id);

-- A second factor: the secret under its own key, wrapped by the master key. `pending_…`: shown, not yet proven.
create table totp (
  person_id uuid primary key,
  wrapped_key bytea,
  ciphertext bytea,
  pending_key bytea,
  pending_text bytea,
  last_step bigint not null default 0,
  recovery bytea[] not null default '{}',
  failures integer not null default 0,
  failing_since timestamptz(3)
);
