-- Simulated life: an event performed at a moment other than the server's is marked by the server's own, and
-- what makes such life keeps its place here. Only the seeding commands write either, only into a demo
-- district or an empty one.

alter table event add column performed_at timestamptz(3);

-- How far the life of a district is made: at least through `lived_through`, and wanted until `wanted_until`.
create table simulation (
  district text not null,
  began_at timestamptz(3) not null,
  lived_through timestamptz(3) not null,
  wanted_until timestamptz(3) not null,
  issues_a_day double precision not null,
  event_count bigint not null,
  issue_count bigint not null,
  primary key (district)
);
