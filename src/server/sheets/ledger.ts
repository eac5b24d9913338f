/**
 * Ledger of a sheet: the records its rows are compared with, as they stand at a moment: plain nouns in use
 * and retired, of versioned nouns the version in force, the district's own over the base.
 */
import type { Pool } from 'pg';
import type { Moment } from '../../domain/moment.ts';
import { baseDistrict, getNoun, type NounName } from '../../domain/nouns.ts';
import { valueOf, type Value, type View } from '../../domain/sheet.ts';
import type { SheetNames } from '../../domain/sheetColumn.ts';
import { columnsOf, toRecord } from '../columns.ts';
import { inForce } from '../inForce.ts';
import type { AnyRecord } from '../statement.ts';

export interface LedgerRecord {
  record: AnyRecord;
  value: Value;
  /** Lies in the base layer: changed by a version of the district's own, never retired from here. */
  isBase: boolean;
}

export interface Ledger {
  /** Records in use. */
  active: LedgerRecord[];
  /** By everything a record may be called by; retired ones only where no other has the name. */
  byKey: ReadonlyMap<string, LedgerRecord>;
  known: string[];
}

const select = (noun: NounName, where: string): string => {
  const { table, columns } = columnsOf(noun);
  return `select ${columns.map((column) => `t."${column}"`).join(', ')} from ${table} t where ${where} order by id`;
};

/** Whoever has a post in another district and none here: known by login, but not of this district's sheet. */
async function servingElsewhere(pool: Pool, district: string): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ person_id: string }>(
    `select person_id from post where status = 'active' group by person_id having not bool_or(district = $1)`,
    [district],
  );
  return new Set(rows.map((row) => row.person_id));
}

async function recordsOf(
  pool: Pool,
  noun: NounName,
  district: string,
  at: Moment,
): Promise<AnyRecord[]> {
  const { isVersioned, isInstallationWide } = getNoun(noun);
  const where = isInstallationWide
    ? 't.district = $2 and $1::text is not null'
    : isVersioned
      ? 't.district in ($1, $2)'
      : 't.district = $1 and $2::text is not null';
  const { rows } = await pool.query<Record<string, unknown>>(select(noun, where), [
    district,
    baseDistrict,
  ]);
  const records = rows.map((row) => toRecord<AnyRecord>(noun, row));
  if (!isVersioned) return records;
  return [...inForce(records as (AnyRecord & Version)[], at).values()].sort((a, b) =>
    a.code < b.code ? -1 : 1,
  );
}

interface Version {
  code: string;
  validFrom: Moment;
  validTo: Moment | null;
}

/** Fields by which a register is read: codes, logins, names. */
const orderOf = ({ code, login, name }: AnyRecord): string =>
  String((code ?? login ?? name ?? '') as string);

/** Reads what a view is compared with. */
export async function ledgerOf(
  pool: Pool,
  view: View,
  { district, at, names }: { district: string; at: Moment; names: SheetNames },
): Promise<Ledger> {
  const { isVersioned } = getNoun(view.noun);
  const records = (await recordsOf(pool, view.noun, district, at)).map((record) => ({
    record,
    value: valueOf(view, record),
    isBase: Boolean(isVersioned) && record.district !== district,
  }));
  const elsewhere =
    view.noun === 'person' ? await servingElsewhere(pool, district) : new Set<string>();
  const byKey = new Map<string, LedgerRecord>();
  const isActive = ({ record }: LedgerRecord): boolean => isVersioned || record.status === 'active';
  for (const one of [...records].sort((a, b) => Number(isActive(a)) - Number(isActive(b))))
    for (const key of view.keysOf(one.value, names)) byKey.set(key, one);
  const active = records
    .filter((one) => isActive(one) && !elsewhere.has(one.record.id))
    .sort((a, b) => (orderOf(a.record) < orderOf(b.record) ? -1 : 1));
  return { active, byKey, known: [...byKey.keys()] };
}
