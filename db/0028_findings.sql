-- Inspection findings, and the files they come in by. The rows of a file lie encrypted in the load itself until a
-- week after the upload; its photos stay in a zip on the disk as long.

create table finding (
  district         text             not null,
  id               uuid             not null,
  version          integer          not null,
  status           text             not null check (status in ('recorded', 'withdrawn')),
  item             text             not null,
  words            text,
  measure          double precision,
  measure_unit     text,
  category_code    text,
  site_id          uuid,
  area_code        text             not null collate "C",
  address          text,
  lng              double precision,
  lat              double precision,
  unit_id          uuid,
  assessor_id      uuid,
  assessor_name    text,
  recorder_id      uuid             not null,
  found_at         timestamptz(3)   not null,
  recorded_at      timestamptz(3)   not null,
  photo_count      integer          not null,
  report_id        uuid             not null,
  load_id          uuid,
  row_key          text,
  withdrawn_reason text,
  withdrawn_at     timestamptz(3),
  primary key (district, id),
  unique (district, report_id)
);
create unique index finding_row on finding (district, row_key) where row_key is not null and status = 'recorded';
create index finding_time on finding (district, recorded_at, id);
create index finding_status on finding (district, status, recorded_at, id);
create index finding_area on finding (district, area_code, recorded_at, id);
create index finding_category on finding (district, category_code, recorded_at, id) where category_code is not null;
create index finding_site on finding (district, site_id, recorded_at, id) where site_id is not null;
create index finding_unit on finding (district, unit_id, recorded_at, id) where unit_id is not null;
create index finding_assessor on finding (district, assessor_id, recorded_at, id) where assessor_id is not null;
create index finding_recorder on finding (district, recorder_id, recorded_at, id);
create index finding_of_load on finding (district, load_id, id) where load_id is not null;

-- `rows_ciphertext`: the rows as texts; `marks`: those that do not go in, each with its reason (null: it stands in
-- the file before); `preview`: the first rows as they will be, masked; `archive`: the zip of photos.
create table finding_load (
  district        text           not null,
  id              uuid           not null,
  person_id       uuid           not null,
  created_at      timestamptz(3) not null,
  file_name       text           not null,
  sha256          text           not null,
  size            integer        not null,
  form            text           not null check (form in ('csv', 'xlsx')),
  status          text           not null check (status in ('checked', 'applying', 'applied', 'undoing', 'undone', 'expired')),
  head            jsonb          not null,
  profile         jsonb          not null,
  rows            integer        not null,
  done_rows       integer        not null,
  archive         jsonb,
  counts          jsonb          not null,
  reasons         jsonb          not null,
  notes           jsonb          not null,
  marks           jsonb          not null,
  preview         jsonb          not null,
  wrapped_key     bytea,
  rows_ciphertext bytea,
  applied_at      timestamptz(3),
  undone_at       timestamptz(3),
  primary key (district, id)
);
create index finding_load_order on finding_load (district, created_at desc, id);
create index finding_load_open on finding_load (district, status, created_at);
