-- Of each order number: the city's result that stands, the load it came with and the one before it; of the last
-- change by a load, its event and what was said before, so that undoing the load can change it back.

alter table order_line
  add column visit_id uuid,
  add column visit_load_id uuid,
  add column visit_before_id uuid,
  add column change_event_id uuid,
  add column digests_before jsonb;
create index order_line_visited on order_line (district, visit_load_id, outside_number) where visit_load_id is not null;
