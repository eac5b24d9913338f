-- What the house runs on: sign-in, jobs, notices, photos, search words. Local tables, not the ledger.

create table credential (
  person_id uuid primary key,
  password_hash text not null,
  must_change boolean not null,
  failures integer not null default 0,
  failing_since timestamptz(3),
  locked_until timestamptz(3),
  changed_at timestamptz(3) not null
);

-- A session is known by the SHA-256 of its token; the token itself is only in the cookie.
create table session (
  token_hash bytea primary key,
  person_id uuid not null,
  district text,
  post_id uuid,
  csrf text not null,
  created_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index session_person on session (person_id);
create index session_expiry on session (expires_at);

create table job (
  id bigint generated always as identity primary key,
  district text not null,
  kind text not null,
  event_id uuid not null,
  run_at timestamptz(3) not null,
  attempts integer not null default 0,
  problem text
);
create index job_due on job (run_at, id);

-- Notices in the product; one for each person and event.
create table notice (
  district text not null,
  id uuid not null,
  person_id uuid not null,
  event_id uuid not null,
  noun text not null,
  record_id uuid not null,
  words text not null,
  at timestamptz(3) not null,
  read_at timestamptz(3),
  primary key (district, id),
  unique (district, person_id, event_id)
);
create index notice_person on notice (district, person_id, at desc, id);

-- An upload belongs to the person who announced it; it is a photo once it is complete.
create table photo (
  district text not null,
  id uuid not null,
  person_id uuid not null,
  sha256 text not null,
  size integer not null,
  status text not null check (status in ('announced', 'complete', 'destroyed')),
  kind text check (kind in ('jpeg', 'png', 'webp', 'heic')),
  width integer,
  height integer,
  taken_at timestamptz(3),
  lng double precision,
  lat double precision,
  created_at timestamptz(3) not null,
  completed_at timestamptz(3),
  destroyed_at timestamptz(3),
  destroyed_reason text,
  primary key (district, id)
);
create index photo_bytes on photo (sha256);
create index photo_person on photo (person_id, created_at);
create index photo_pending on photo (created_at) where status = 'announced';

-- Which photo was given with which event; written in the same statement as the event.
create table attachment (
  district text not null,
  photo_id uuid not null,
  event_id uuid not null,
  noun text not null,
  record_id uuid not null,
  action text not null,
  at timestamptz(3) not null,
  primary key (district, photo_id)
);
create index attachment_record on attachment (district, noun, record_id, at);

-- Derived in seal order, rebuilt by command: words for Chinese search (Han 1- and 2-grams).
create table search (
  district text not null,
  noun text not null,
  record_id uuid not null,
  words tsvector not null,
  primary key (district, noun, record_id)
);
create index search_words on search using gin (words);

-- What the installation knows of itself: a keyed check value of the master key.
create table house (
  name text primary key,
  value bytea not null
);

create table derived (
  district text not null,
  name text not null,
  sealed_through bigint not null,
  primary key (district, name)
);
