-- The refused rows of a file hold personal data in the open: who took them out, and when.
alter table order_load add column refused_taken jsonb not null default '[]';
alter table finding_load add column refused_taken jsonb not null default '[]';
