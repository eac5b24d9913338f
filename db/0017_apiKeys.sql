-- Keys of outside systems. Only the hash of a key is kept; who was here last is a local table of its own.

create table api_key (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  sender_code text not null,
  name text not null,
  rights text[] not null,
  per_minute integer not null check (per_minute > 0),
  area_code text collate "C",
  hash text not null,
  previous_hash text,
  previous_ends_at timestamptz(3),
  primary key (district, id),
  unique (district, hash)
);

-- When a key was last used: written at most once a minute, by the program that answered. Not in the ledger.
create table api_key_use (
  district text not null, id uuid not null,
  used_at timestamptz(3) not null,
  primary key (district, id)
);

alter table report add column complainant_email uuid;
