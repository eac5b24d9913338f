/** Retention 保留: the newest backup of each of the last days and weeks; the rest goes. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localDay, type Day } from '../../domain/moment.ts';
import { backupsIn, manifestName, readManifest, removeBackup, type Manifest } from './manifest.ts';
import { namesIn, type Vault } from './vault.ts';

export interface Keep {
  /** How many days, and how many weeks, keep their newest backup. */
  daily: number;
  weekly: number;
}

/** The Monday of the week, as days since 1970; 1970-01-01 was a Thursday. */
const weekOf = (day: Day): string => String(Math.floor((Date.parse(day) / 86_400_000 + 3) / 7));

/** The ids to keep of backups in order of time; the newest always is. */
export function idsToKeep(
  backups: readonly Pick<Manifest, 'id' | 'madeAt'>[],
  { daily, weekly }: Keep,
): Set<string> {
  const keep = new Set<string>();
  const newestOf = (periodOf: (day: Day) => string, count: number): void => {
    const newest = new Map<string, string>();
    for (const { id, madeAt } of backups) newest.set(periodOf(localDay(madeAt)), id);
    for (const id of [...newest.values()].slice(-count)) keep.add(id);
  };
  newestOf((day) => day, Math.max(1, daily));
  if (weekly > 0) newestOf(weekOf, weekly);
  return keep;
}

/**
 * Removes backups that need not be kept, and the segments only they needed. Photos stay until they are
 * destroyed in the product. Answers the ids removed. A damaged manifest is an error: nothing is removed.
 */
export async function pruneBackups(vault: Vault, keep: Keep): Promise<string[]> {
  const { complete } = await backupsIn(vault);
  const manifests: Manifest[] = [];
  for (const id of complete) manifests.push(await readManifest(vault, id));
  const kept = idsToKeep(manifests, keep);
  const gone = complete.filter((id) => !kept.has(id));
  for (const id of gone) {
    // The manifest first: what is left of it is no backup.
    await rm(join(vault.root, manifestName(id)));
    await removeBackup(vault, id);
  }
  const needed = new Set(
    manifests
      .filter(({ id }) => kept.has(id))
      .flatMap(({ districts }) => districts.flatMap(({ segments }) => segments))
      .flatMap(({ parts }) => parts.map(({ file }) => file.name)),
  );
  for (const district of await namesIn(vault, 'events')) {
    for (const name of await namesIn(vault, `events/${district}`)) {
      const path = `events/${district}/${name}`;
      if (!needed.has(path)) await rm(join(vault.root, path));
    }
  }
  return gone;
}
