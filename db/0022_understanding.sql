-- What reports are understood by: versions of the classifier of a district, and their bytes.

create table classifier_version (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('waiting', 'draft', 'inUse', 'retired', 'failed')),
  asked_at timestamptz(3) not null,
  trained_at timestamptz(3),
  used_at timestamptz(3),
  text_count integer not null,
  decided_count integer not null,
  figures jsonb,
  verdict text,
  primary key (district, id)
);
create index classifier_version_order on classifier_version (district, asked_at, id);
create index classifier_version_standing on classifier_version (status, district) where status in ('waiting', 'inUse');

-- The bytes of a version (domain/classifierFile.ts): written once, before it is finished, and never changed.
create table classifier_model (
  district text not null, id uuid not null,
  bytes bytea not null,
  primary key (district, id)
);
