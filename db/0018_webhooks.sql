-- What may be called outside, and what is told to other systems when something happens.

create table outside_address (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'retired')),
  host text not null,
  port integer,
  purpose text not null,
  primary key (district, id),
  unique nulls not distinct (district, host, port)
);
create index outside_address_order on outside_address (district, host, id);

create table subscription (
  district text not null, id uuid not null, version integer not null,
  status text not null check (status in ('active', 'paused', 'retired')),
  name text not null,
  url text not null,
  kinds jsonb not null,
  area_code text collate "C",
  unit_id uuid,
  sender_code text,
  secret_id uuid not null,
  previous_secret_id uuid,
  previous_ends_at timestamptz(3),
  pause_reason text,
  primary key (district, id)
);
create index subscription_order on subscription (district, name, id);

-- How far each subscription has come in the order of the seals. What was delivered leaves no row behind.
create table webhook_state (
  district        text   not null,
  subscription_id uuid   not null,
  sealed_through  bigint not null,
  sent            bigint not null,
  succeeded_at    timestamptz(3),
  failing_since   timestamptz(3),
  problem         text,
  primary key (district, subscription_id)
);

-- Of the events up to there: those that wait for another attempt, those given up, and the last ones sent.
-- `id`: of the event, `number`: of its seal.
create table webhook_delivery (
  district        text           not null,
  subscription_id uuid           not null,
  id              uuid           not null,
  number          bigint         not null,
  kind            text           not null,
  record_id       uuid           not null,
  status          text           not null check (status in ('waiting', 'dead', 'sent')),
  attempts        integer        not null,
  first_at        timestamptz(3) not null,
  last_at         timestamptz(3),
  next_at         timestamptz(3) not null,
  http_status     integer,
  reason          text,
  primary key (district, subscription_id, id)
);
create index webhook_delivery_due on webhook_delivery (district, subscription_id, next_at) where status = 'waiting';
create index webhook_delivery_record on webhook_delivery (district, subscription_id, record_id, number) where status = 'waiting';
create index webhook_delivery_order on webhook_delivery (district, subscription_id, first_at, id);
create index webhook_delivery_status on webhook_delivery (district, subscription_id, status, first_at, id);
create index webhook_delivery_sent on webhook_delivery (district, subscription_id, number) where status = 'sent';
