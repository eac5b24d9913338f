-- Tables that people take out of the product: what was asked, who consented, what became of the file.

create table download (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('counting', 'asked', 'granted', 'ready', 'denied', 'canceled', 'failed', 'removed')),
  list text not null,
  form text not null check (form in ('xlsx', 'csv')),
  columns text[] not null,
  filters jsonb not null,
  words text,
  reason text,
  asker_id uuid not null,
  asker_post_id uuid not null,
  asked_at timestamptz(3) not null,
  row_count integer,
  decider_id uuid,
  decided_at timestamptz(3),
  opinion text,
  made_at timestamptz(3),
  expires_at timestamptz(3),
  size bigint,
  sha256 text,
  taken_count integer not null,
  problem text,
  primary key (district, id)
);
create index download_own on download (district, asker_id, asked_at, id);
create index download_asked on download (district, status, asked_at, id);
create index download_waiting on download (status, asked_at) where status in ('counting', 'asked', 'granted');
create index download_kept on download (expires_at) where status = 'ready';

-- Who makes a file now and how far it is; written by the program that makes it. Not in the ledger.
create table download_run (
  district   text           not null,
  id         uuid           not null,
  touched_at timestamptz(3) not null,
  row_count  integer        not null,
  primary key (district, id)
);
