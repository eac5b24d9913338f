-- Sheets of master data that were brought in: what a file would change, what was applied and undone.
-- `diff` is the preview with everything needed to apply it; dropped when the preview expires.

create table sheet_load (
  district   text           not null,
  id         uuid           not null,
  sheet      text           not null,
  person_id  uuid           not null,
  created_at timestamptz(3) not null,
  file_name  text           not null,
  sha256     text           not null,
  size       integer        not null,
  status     text           not null check (status in ('previewed', 'applied', 'undone', 'expired')),
  counts     jsonb          not null,
  notes      jsonb          not null,
  diff       jsonb,
  applied    jsonb,
  applied_at timestamptz(3),
  undone_at  timestamptz(3),
  primary key (district, id)
);
create index sheet_load_order on sheet_load (district, created_at desc, id);
