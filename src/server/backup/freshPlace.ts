/**
 * Fresh place 空的地方: what the program's first start wrote into an installation without a district (the base
 * layer, perhaps a demo district) gives way to a backup. A kill at any point leaves an empty database, which
 * the next start furnishes again.
 */
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { requireStopped } from '../removeDistrict.ts';

/** The demo district that stands here; null: none. Throws `Refused` when there is any other. */
export async function demoStandingHere(client: pg.ClientBase | pg.Pool): Promise<string | null> {
  const { rows: table } = await client.query(`select 1 where to_regclass('area') is not null`);
  if (table.length === 0) return null;
  const { rows } = await client.query<{ code: string; name: string; isDemo: boolean }>(
    `select code, name, is_demo as "isDemo" from area where level = 'district' and district = code
     order by is_demo, code limit 1`,
  );
  const [found] = rows;
  if (!found) return null;
  if (found.isDemo) return `${found.code} ${found.name}`;
  throw new Refused(
    409,
    'notEmpty',
    `这里已经有“${found.name}”，恢复只能到空的地方：请在另一个空的数据目录（DATA_DIR）或空的数据库（DATABASE_URL）启动程序，再恢复。原有数据没有改动`,
  );
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Takes away all tables of a place without a district. `owner` has no program beside it. Throws `Refused` when
 * there is a district of an office, or another program is connected.
 */
export async function emptyFreshPlace(owner: pg.ClientBase): Promise<void> {
  await demoStandingHere(owner);
  await requireStopped(owner, '恢复');
  const { rows: tables } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
       and relkind in ('r', 'p') and not relispartition`,
  );
  const { rows: functions } = await owner.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
  );
  await owner.query('begin');
  try {
    if (tables.length > 0)
      await owner.query(`drop table ${tables.map(({ name }) => quoted(name)).join(', ')} cascade`);
    for (const { name } of functions) await owner.query(`drop function ${name}`);
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback').catch(() => undefined);
    throw error;
  }
}
