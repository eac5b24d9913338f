-- Orders of a hotline that come as files. The rows of a file lie encrypted, 500 a piece, until the load is over.

alter table sender add column order_map jsonb;

create table order_load (
  district    text           not null,
  id          uuid           not null,
  sender_code text           not null,
  person_id   uuid           not null,
  created_at  timestamptz(3) not null,
  file_name   text           not null,
  sha256      text           not null,
  size        integer        not null,
  form        text           not null check (form in ('csv', 'xlsx')),
  status      text           not null check (status in ('checked', 'applying', 'applied', 'undoing', 'undone', 'expired')),
  head        jsonb          not null,
  profile     jsonb          not null,
  map         jsonb          not null,
  is_historic boolean        not null,
  rows        integer        not null,
  chunks      integer        not null,
  done_chunks integer        not null,
  counts      jsonb          not null,
  found       jsonb          not null,
  reasons     jsonb          not null,
  notes       jsonb          not null,
  applied_at  timestamptz(3),
  undone_at   timestamptz(3),
  primary key (district, id)
);
create index order_load_order on order_load (district, created_at desc, id);
create index order_load_open on order_load (district, status, created_at);

-- `marks`: rows of the piece that do not go in, each with its reason; null: it stands in the file before.
create table order_chunk (
  district    text    not null,
  load_id     uuid    not null,
  n           integer not null,
  wrapped_key bytea   not null,
  ciphertext  bytea   not null,
  marks       jsonb   not null,
  primary key (district, load_id, n)
);

-- What was last said of each order number: keyed digests of its fields, by which a change is known.
create table order_line (
  district        text    not null,
  sender_code     text    not null,
  outside_number  text    not null,
  report_id       uuid    not null,
  load_id         uuid    not null,
  changed_load_id uuid,
  digests         jsonb   not null,
  is_undone       boolean not null default false,
  stays           text,
  primary key (district, sender_code, outside_number)
);
create index order_line_load on order_line (district, load_id, outside_number);
create index order_line_changed on order_line (district, changed_load_id, outside_number) where changed_load_id is not null;
