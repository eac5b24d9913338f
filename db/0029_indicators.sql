-- Catalogs and the map between them: indicators, classes of a sender's orders, links to 小类; and what the
-- sender called a report.

create table indicator (
  district text not null, id uuid not null, version integer not null, status text not null check (status in ('active', 'retired')),
  code text not null, valid_from timestamptz(3) not null, valid_to timestamptz(3),
  name text not null,
  edition text not null,
  parent_code text,
  methods text[] not null,
  site_types text[] not null,
  category_codes text[] not null,
  source_flag text not null check (source_flag in ('SOURCED', 'RECALLED', 'DESIGN')),
  vouched_by uuid,
  vouched_at timestamptz(3),
  primary key (district, id),
  unique (district, code, valid_from)
);

create table order_class (
  district text not null, id uuid not null, version integer not null, status text not null check (status in ('active', 'retired')),
  code text not null, valid_from timestamptz(3) not null, valid_to timestamptz(3),
  sender_code text not null,
  levels text[] not null,
  explain text,
  primary key (district, id),
  unique (district, code, valid_from)
);

create table catalog_link (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('proposed', 'active', 'declined', 'retired')),
  kind text not null check (kind in ('class', 'indicator')),
  from_code text not null,
  category_code text,
  basis text not null check (basis in ('likeness', 'decisions', 'standard', 'hand')),
  reason text,
  proposed_by uuid not null,
  proposed_at timestamptz(3) not null,
  reviewed_by uuid,
  reviewed_at timestamptz(3),
  valid_from timestamptz(3),
  valid_to timestamptz(3),
  primary key (district, id)
);
create index catalog_link_from on catalog_link (district, kind, from_code);
-- Two persons at the same moment: nothing is proposed twice.
create unique index catalog_link_proposed on catalog_link (district, kind, from_code, coalesce(category_code, ''))
  where status = 'proposed';

alter table report add column outside_class text;
create index report_outside_class on report (district, sender_code, outside_class, submitted_at desc, id)
  where outside_class is not null;
create index report_outside_open on report (district, sender_code, outside_class)
  where outside_class is not null and status in ('submitted', 'confirming', 'joined');
