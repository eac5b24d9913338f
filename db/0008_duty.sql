-- The duty matrix 责任分解表, the role words a unit answers for, and what the desk made of a suggestion.

create table duty_rule (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3),
  category_code text,
  condition_no integer,
  area_code text collate "C",
  area_grade text,
  owner_unit_id uuid,
  owner_kind text check (owner_kind in ('department', 'subdistrict', 'community', 'firm', 'office', 'headquarters', 'workGroup')),
  supervising_unit_id uuid,
  responsible_by text not null check (responsible_by in ('unit', 'role', 'owner', 'territory')),
  responsible_unit_id uuid,
  responsible_role text,
  territory_unit_id uuid,
  basis text,
  primary key (district, id),
  unique (district, code, valid_from)
);

alter table unit add column duty_roles jsonb not null default '[]';
alter table unit alter column duty_roles drop default;

alter table issue
  add column owner_unit_id uuid,
  add column suggested_unit_id uuid,
  add column duty_rule_id uuid,
  add column is_overruled boolean not null default false,
  add column is_ownerless boolean not null default false;
alter table issue
  alter column is_overruled drop default,
  alter column is_ownerless drop default;

create index issue_overruled on issue (district, accepted_at, id) where is_overruled;
create index issue_ownerless on issue (district, accepted_at, id) where is_ownerless;
