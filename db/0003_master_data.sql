-- Master data: who and what the ledger refers to. Versioned kinds hold one row for each version.

create table unit (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  name text not null,
  kind text not null check (kind in ('department', 'subdistrict', 'community', 'firm', 'office')),
  parent_id uuid,
  area_code text collate "C",
  primary key (district, id),
  unique (district, code)
);

create table area (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null collate "C",
  name text not null,
  level text not null check (level in ('district', 'subdistrict', 'community', 'cell')),
  grade text,
  is_demo boolean not null,
  primary key (district, id),
  unique (district, code)
);

create table site (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  name text not null,
  site_type text not null,
  area_code text not null collate "C",
  unit_id uuid,
  address text,
  lng double precision,
  lat double precision,
  primary key (district, id)
);
create index site_area on site (district, area_code, id);

create table category (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3),
  name text not null,
  kind text not null check (kind in ('part', 'incident')),
  major_code text not null,
  major_name text not null,
  minor_code text,
  legacy_code text,
  is_extension boolean not null,
  dispatch_rule text not null,
  default_units jsonb not null,
  alley_tags jsonb not null,
  civility_fields jsonb not null,
  conditions jsonb not null,
  keywords jsonb not null,
  collect_rule text,
  duplicate_radius integer not null,
  duplicate_window integer not null,
  source_flag text not null check (source_flag in ('SOURCED', 'RECALLED', 'DESIGN')),
  primary key (district, id),
  unique (district, code, valid_from)
);

create table clause (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3),
  scheme text not null,
  site_types jsonb not null,
  item text not null,
  measure text not null check (measure in ('min_count', 'max_count', 'max_duration', 'min_ratio', 'max_ratio', 'required', 'forbidden', 'frequency', 'text')),
  value jsonb,
  unit text,
  wording text not null,
  source_flag text not null check (source_flag in ('SOURCED', 'RECALLED', 'DESIGN')),
  primary key (district, id),
  unique (district, code, valid_from)
);

create table calendar_year (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3),
  year integer not null,
  is_announced boolean not null,
  holidays jsonb not null,
  make_up_days jsonb not null,
  hours jsonb not null,
  primary key (district, id),
  unique (district, code, valid_from)
);

create table setting (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3),
  value jsonb not null,
  primary key (district, id),
  unique (district, code, valid_from)
);

create table sender (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  code text not null,
  name text not null,
  channel text not null check (channel in ('patrol', 'hotline', 'inspection', 'citizen', 'media', 'leader', 'self')),
  primary key (district, id),
  unique (district, code)
);

create table person (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  name text not null,
  login text not null,
  is_demo boolean not null,
  signed_in_at timestamptz(3),
  primary key (district, id),
  unique (district, login)
);

create table post (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  person_id uuid not null,
  role text not null check (role in ('citizen', 'gridWorker', 'assessor', 'desk', 'shiftLeader', 'unitHead', 'officer', 'supervisor', 'leader', 'systemAdmin', 'securityAdmin', 'auditAdmin', 'system')),
  line text not null check (line in ('finding', 'handling', 'office')),
  title text not null,
  unit_id uuid,
  area_code text collate "C",
  primary key (district, id)
);
create index post_person on post (district, person_id);
create index post_holder on post (person_id);
create index post_unit on post (district, unit_id) where unit_id is not null;

create table roster (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  unit_id uuid not null,
  post_id uuid not null,
  weekdays jsonb not null,
  starts_at text not null,
  ends_at text not null,
  primary key (district, id)
);
create index roster_unit on roster (district, unit_id);
