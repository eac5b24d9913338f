/** Restore source 恢复来源: a directory of backups opened with a key that was given, and what one of them holds. */
import { stat } from 'node:fs/promises';
import { Refused } from '../../domain/refused.ts';
import type { RestorePreview, RestoreSource } from '../../domain/restoreApi.ts';
import { loadMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { secretBox } from '../secrets.ts';
import { StartRefused } from '../startRefusal.ts';
import { backupKeyFile, parseBackupKey, readBackupKey } from './backupKey.ts';
import { plain } from './destroyed.ts';
import { backupsIn, type Manifest } from './manifest.ts';
import { checkFits, chooseBackup } from './restore.ts';
import { getFile, linesOf, openVault, type Vault } from './vault.ts';

export interface Opened {
  vault: Vault;
  key: Buffer;
  manifest: Manifest;
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES')
      throw new Refused(409, 'noAccess', `程序没有权限读取 ${directory}，请在服务器上放开读取权限`);
    return undefined;
  });
  if (!found?.isDirectory())
    throw new Refused(
      404,
      'noDirectory',
      `服务器上没有目录 ${directory}，请核对路径，或先把备份盘挂上`,
    );
}

/** The box of the master key that lies here now. Throws `Refused` when there is none. */
function boxHere(dataDir: string, env: NodeJS.ProcessEnv): ReturnType<typeof secretBox> {
  try {
    return secretBox(loadMasterKey({ dataDir, isNew: false, env }));
  } catch (error) {
    if (error instanceof StartRefused) throw new Refused(409, 'noMasterKey', error.message);
    throw error;
  }
}

/** Opens a backup that this program, with the master key that lies here, can take. Throws `Refused`. */
export async function openSource(
  source: RestoreSource,
  { dataDir, env }: { dataDir: string; env: NodeJS.ProcessEnv },
): Promise<Opened> {
  await checkDirectory(source.directory);
  const key = source.key ? parseBackupKey(source.key) : readBackupKey(backupKeyFile(dataDir, env));
  const vault = openVault(source.directory, key);
  try {
    const manifest = await chooseBackup(vault, source.backup);
    checkFits(manifest, boxHere(dataDir, env), migrationsIn('db'));
    return { vault, key, manifest };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Refused(
      409,
      'noAccess',
      `程序没有权限读取 ${source.directory} 里的备份文件，请在服务器上放开读取权限`,
    );
  }
}

async function districtsIn({ vault, manifest }: Opened): Promise<RestorePreview['districts']> {
  const table = manifest.tables.find((file) => file.table === 'area');
  if (!table) return [];
  const [district, code, name, isDemo] = ['district', 'code', 'name', 'is_demo'].map((column) =>
    table.columns.indexOf(column),
  ) as [number, number, number, number];
  const found: RestorePreview['districts'] = [];
  let isHead = true;
  for await (const line of linesOf(getFile(vault, table.file.name))) {
    const fields = line.split('\t');
    if (!isHead && fields[code] === fields[district] && fields[code]?.length === 6)
      found.push({
        code: fields[code],
        name: plain(fields[name] ?? ''),
        isDemo: fields[isDemo] === 't',
      });
    isHead = false;
  }
  return found.sort((a, b) => a.code.localeCompare(b.code));
}

/** What the backup holds. */
export async function previewOf(
  opened: Opened,
  replacedDemo: string | null,
): Promise<RestorePreview> {
  const { manifest, vault } = opened;
  const { id, madeAt, counts, photos } = manifest;
  return {
    backup: id,
    madeAt,
    districts: await districtsIn(opened),
    events: counts.event ?? 0,
    issues: counts.issue ?? 0,
    photos: photos.count,
    missing: photos.missing.length,
    photoBytes: photos.bytes,
    others: (await backupsIn(vault)).complete.reverse(),
    replacedDemo,
  };
}
