-- Duplicates are found by place among what is open, and by the likeness of photos.

-- 64 bits in hexadecimal; empty: looked at and not comparable (no picture to be read); null: not yet looked at.
alter table photo add column dhash text check (dhash ~ '^([0-9a-f]{16})?$');
create index photo_unhashed on photo (completed_at) where status = 'complete' and dhash is null;

create index issue_open_place on issue (district, lat, lng)
  where lat is not null and status in ('accepted', 'dispatched', 'claimed', 'rectified', 'verifying', 'passed');
