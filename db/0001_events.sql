-- The events: what was done, for ever. Written by perform only; sealed afterwards in one order.
-- `district` is the first column of every key, so that the schema can be distributed by it.

create table event (
  district   text           not null,
  id         uuid           not null,
  at         timestamptz(3) not null,
  noun       text           not null,
  record_id  uuid           not null,
  version    integer        not null,
  action     text           not null,
  actor      jsonb          not null,
  input      jsonb          not null,
  secrets    jsonb,
  changes    jsonb          not null,
  facts      jsonb          not null,
  cause      uuid,
  request_id uuid           not null,
  primary key (district, id)
);
create index event_record on event (district, noun, record_id, version);
create index event_cause on event (district, cause) where cause is not null;

-- One row for ever for each client request: the same id is answered the same, and done once.
create table request (
  district text  not null,
  id       uuid  not null,
  digest   bytea not null,
  event_id uuid  not null,
  primary key (district, id)
);

-- Events that wait for the sealer. `number` is drawn when the event is written.
create table unsealed (
  district text   not null,
  event_id uuid   not null,
  number   bigint generated always as identity,
  primary key (district, event_id)
);
create index unsealed_order on unsealed (district, number);

-- The only order, and the chain: hash = sha256(hash before || canonical event).
create table seal (
  district text           not null,
  number   bigint         not null,
  event_id uuid           not null,
  hash     bytea          not null,
  at       timestamptz(3) not null,
  primary key (district, number),
  unique (district, event_id)
);

-- What must not be read: each secret under its own data key, the key wrapped by the master key.
create table secret (
  district    text           not null,
  id          uuid           not null,
  noun        text           not null,
  record_id   uuid           not null,
  field       text           not null,
  wrapped_key bytea,
  ciphertext  bytea,
  created_at  timestamptz(3) not null,
  primary key (district, id)
);
create index secret_record on secret (district, noun, record_id);

-- Numbers are reserved in blocks outside the transaction; gaps are allowed, repeats are not.
create table number_block (
  district text    not null,
  series   text    not null check (series in ('issue', 'report')),
  day      date    not null,
  next     integer not null,
  primary key (district, series, day)
);

-- Rows changed by a statement must be as many as were expected; otherwise somebody was faster.
create function expect_rows(changed bigint, expected bigint) returns bigint
language plpgsql immutable as $$
begin
  if changed <> expected then
    raise exception 'expected % rows, changed %', expected, changed using errcode = '40001';
  end if;
  return changed;
end $$;
