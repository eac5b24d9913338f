-- The way back: what became of each backup and drill. A local table: the ledger never looks at it.

create table backup_run (
  id uuid primary key,
  kind text not null check (kind in ('scheduled', 'page', 'command', 'drill')),
  status text not null check (status in ('asked', 'running', 'complete', 'failed')),
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  name text,
  directory text not null,
  -- All bytes the backup consists of, and those that were written for it.
  bytes bigint,
  written_bytes bigint,
  events bigint,
  photos bigint,
  -- Why it failed, or what the administrator should know, in Chinese.
  note text
);
create index backup_run_started on backup_run (started_at);

-- Vacuum that keeps pace. The default threshold is a fifth of the table: at 10⁸ rows it comes too late and then
-- takes hours. Insert-only tables are vacuumed for their visibility map; those changed often, early and in small steps.
alter table event set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table seal set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table request set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table issue set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table report set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table search set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- Queues: every row that came goes again within seconds.
alter table unsealed set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
alter table job set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
