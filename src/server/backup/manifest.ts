/**
 * Manifest 备份清单: the last file of a backup. It names every file the backup consists of with its size and
 * checksum, and what stood in the database; a backup without it is none.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Refused } from '../../domain/refused.ts';
import { damaged, isIn, namesIn, readText, type Vault } from './vault.ts';

const SealedFile = z.strictObject({ name: z.string(), size: z.int(), sha256: z.string() });

const TableFile = z.strictObject({
  table: z.string(),
  columns: z.array(z.string()),
  rows: z.int(),
  file: SealedFile,
});
export type TableFile = z.infer<typeof TableFile>;

/** The events of a district with the seal numbers `from` to `to`, their seals and their requests. */
const Segment = z.strictObject({
  from: z.int(),
  to: z.int(),
  parts: z.array(TableFile),
});
export type Segment = z.infer<typeof Segment>;

const District = z.strictObject({
  district: z.string(),
  sealed: z.int(),
  /** The hash of the last seal. */
  hash: z.string(),
  segments: z.array(Segment),
});
export type District = z.infer<typeof District>;

export const Manifest = z.strictObject({
  product: z.literal('CivicLoop'),
  format: z.literal(1),
  id: z.string(),
  madeAt: z.string(),
  server: z.string(),
  migrations: z.array(z.strictObject({ name: z.string(), digest: z.string() })),
  /** What the master key is known by (hex). */
  keyCheck: z.string(),
  /** All rows of a table in the backup, by table. */
  counts: z.record(z.string(), z.int()),
  tables: z.array(TableFile),
  districts: z.array(District),
  photos: z.strictObject({
    list: SealedFile,
    count: z.int(),
    bytes: z.int(),
    /** Hashes whose bytes were not there, or not right, when the backup was made. */
    missing: z.array(z.string()),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

const folder = 'backups';

export const manifestName = (id: string): string => `${folder}/${id}/manifest`;
export const tableName = (id: string, table: string): string => `${folder}/${id}/${table}`;
export const photoName = (sha256: string, form = ''): string =>
  `photos/${sha256.slice(0, 2)}/${sha256}${form}`;
/** Photos and secrets destroyed since: kept for the whole directory, never shortened. */
export const destroyedName = 'destroyed';

/** The ids of the backups that are complete, oldest first, and of those that were begun. */
export async function backupsIn(vault: Vault): Promise<{ complete: string[]; begun: string[] }> {
  const complete: string[] = [];
  const begun: string[] = [];
  for (const id of await namesIn(vault, folder)) {
    ((await isIn(vault, manifestName(id))) ? complete : begun).push(id);
  }
  return { complete, begun };
}

/** Reads a manifest. Throws `Refused`: damaged, foreign, of a newer program. */
export async function readManifest(vault: Vault, id: string): Promise<Manifest> {
  const name = manifestName(id);
  const parsed: unknown = JSON.parse(await readText(vault, name));
  const format = z.object({ product: z.string(), format: z.number() }).safeParse(parsed);
  if (format.success && (format.data.product !== 'CivicLoop' || format.data.format > 1)) {
    throw new Refused(
      409,
      'foreignBackup',
      `备份 ${id} 是别的产品或更新版本的程序做的，请用做它的程序恢复`,
    );
  }
  const manifest = Manifest.safeParse(parsed);
  if (!manifest.success || manifest.data.id !== id) throw damaged(name, '内容不对');
  return manifest.data;
}

/** Every file of a backup but its photos and its manifest. */
export const filesOf = ({ tables, districts, photos }: Manifest): Manifest['photos']['list'][] => [
  ...tables.map(({ file }) => file),
  ...districts.flatMap(({ segments }) =>
    segments.flatMap(({ parts }) => parts.map(({ file }) => file)),
  ),
  photos.list,
];

export const removeBackup = (vault: Vault, id: string): Promise<void> =>
  rm(join(vault.root, folder, id), { recursive: true, force: true });
