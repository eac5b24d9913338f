/** Commands of operation: backup, restore, rehearsal, doctor, the archive of photos. */
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { Refused } from './domain/refused.ts';
import { openVault } from './server/backup/vault.ts';
import { backupKeyFile, readBackupKey } from './server/backup/backupKey.ts';
import { restoreHere } from './server/backup/restoreHere.ts';
import { runBackup, runRehearsal, type BackupPlace } from './server/backup/runs.ts';
import { backupsIn, readManifest } from './server/backup/manifest.ts';
import { examine } from './server/doctor.ts';
import type { House } from './server/house.ts';
import { archivePhotos } from './server/photos/photoArchive.ts';

interface Shell {
  say(sentence: string): void;
  tell(sentence: string): void;
  pathOf(path: string): string;
  withHouse(work: (house: House) => Promise<void>): Promise<void>;
}

const phases: Record<string, string> = {
  check: '核对文件',
  rows: '数据行',
  photos: '照片',
  verify: '复核封存',
};

/** A bar on a terminal, a line for each phase elsewhere. */
function shown(tell: (sentence: string) => void) {
  let phase = '';
  let bar: SingleBar | undefined;
  return {
    onProgress: (now: { phase: string; done: number; total: number }): void => {
      if (now.phase !== phase) {
        phase = now.phase;
        bar?.stop();
        bar = undefined;
        const words = phases[phase] ?? phase;
        if (!process.stderr.isTTY) tell(`${words}……`);
        else {
          bar = new SingleBar({
            format: `${words} [{bar}] {percentage}% {value}/{total} 还需 {eta_formatted}`,
            hideCursor: true,
          });
          bar.start(now.total, 0);
        }
      }
      bar?.setTotal(Math.max(now.total, now.done));
      bar?.update(now.done);
    },
    end: (): void => bar?.stop(),
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const placeOf = (house: House, say: (sentence: string) => void): BackupPlace => ({
  pool: house.pool,
  connection: house.connection,
  dataDir: house.dataDir,
  env: process.env,
  box: house.tools.box,
  say,
});

async function backup(
  { say, tell, pathOf }: Shell,
  house: House,
  directory: string,
): Promise<void> {
  const progress = shown(tell);
  const began = performance.now();
  const made = await runBackup(
    { ...placeOf(house, tell), onProgress: progress.onProgress },
    'command',
    pathOf(directory),
  ).finally(progress.end);
  const { id, counts, photos } = made.manifest;
  say(
    `备份完成：${id}，${counts.event ?? 0} 条事件，${photos.count} 张照片，共 ${megabytes(made.bytes)}，这次写入 ${megabytes(made.writtenBytes)}，用时 ${((performance.now() - began) / 1000).toFixed(1)} 秒`,
  );
  if (photos.missing.length > 0) {
    process.exitCode = 2;
    say(
      `有 ${photos.missing.length} 张照片的文件不在或已损坏，没有备份：${photos.missing.slice(0, 5).join('、')}`,
    );
  }
}

async function restore(
  { say, tell, pathOf }: Shell,
  directory: string,
  id?: string,
): Promise<void> {
  const progress = shown(tell);
  const began = performance.now();
  const restored = await restoreHere({
    env: process.env,
    directory: pathOf(directory),
    id,
    say: tell,
    onProgress: progress.onProgress,
  }).finally(progress.end);
  const { manifest, events, photos, destroyed, missing, dataDir } = restored;
  say(
    `恢复完成：备份 ${manifest.id}（${manifest.madeAt}）到 ${dataDir}，${events} 条事件，${photos} 张照片，封存链核对通过，用时 ${((performance.now() - began) / 1000).toFixed(1)} 秒`,
  );
  if (destroyed > 0) say(`名单上已销毁的个人信息和照片共 ${destroyed} 项，没有恢复。`);
  if (missing > 0) say(`备份时就缺 ${missing} 张照片的文件。`);
  say('所有人须重新登录。现在可以启动程序。');
}

async function list({ say, pathOf }: Shell, house: House, directory: string): Promise<void> {
  const vault = openVault(
    pathOf(directory),
    readBackupKey(backupKeyFile(house.dataDir, process.env)),
  );
  const { complete, begun } = await backupsIn(vault);
  for (const id of complete) {
    const { madeAt, counts, photos } = await readManifest(vault, id);
    say(`${id}  ${madeAt}  ${counts.event ?? 0} 条事件  ${photos.count} 张照片`);
  }
  if (complete.length === 0) say('没有完整的备份。');
  if (begun.length > 0) say(`没做完的：${begun.join('、')}`);
}

async function doctor({ say }: Shell): Promise<void> {
  const findings = await examine(process.env);
  for (const { state, about, words } of findings) say(`${state}  ${about}：${words}`);
  if (findings.some(({ state }) => state === '有问题')) process.exitCode = 1;
}

async function archive(
  { say, tell }: Shell,
  house: House,
  year: number,
  to?: string,
): Promise<void> {
  const target = to ?? process.env.PHOTO_ARCHIVE_DIR;
  if (!target) {
    throw new Refused(400, 'noArchive', '请用 --to 目录 或 PHOTO_ARCHIVE_DIR 指明照片归档到哪里');
  }
  const moved = await archivePhotos(house.pool, {
    directory: `${house.dataDir}/photos`,
    target: resolve(process.env.INIT_CWD ?? process.cwd(), target),
    year,
    now: house.tools.now(),
    onPhoto: (done) => void (done % 1000 === 0 && tell(`已归档 ${done} 张`)),
  });
  say(`归档完成：${moved.count} 张照片，${megabytes(moved.bytes)}，照常可以打开`);
  if (moved.damaged.length > 0) {
    process.exitCode = 2;
    say(
      `${moved.damaged.length} 张照片的内容与摘要不符，留在原处：${moved.damaged.slice(0, 5).join('、')}`,
    );
  }
}

/** Adds the commands to the program. */
export function addOperation(program: Command, shell: Shell): void {
  const { withHouse, pathOf, say, tell } = shell;
  program
    .command('backup <directory>')
    .description('备份数据库和照片；目录里已有的不再写，中断后再运行即可接着做')
    .option('--list', '只列出目录里的备份')
    .action((directory: string, options: { list?: boolean }) =>
      withHouse((house) =>
        options.list ? list(shell, house, directory) : backup(shell, house, directory),
      ),
    );
  program
    .command('restore <directory>')
    .description('恢复到空的数据目录（DATA_DIR）或空的数据库（DATABASE_URL）')
    .option('--backup <id>', '哪一份，不写则最新一份')
    .action((directory: string, options: { backup?: string }) =>
      restore(shell, directory, options.backup),
    );
  program
    .command('rehearse <directory>')
    .description('演练：把最新备份恢复到临时位置，核对后删除，不影响运行中的系统')
    .action((directory: string) =>
      withHouse(async (house) => {
        const restored = await runRehearsal(placeOf(house, tell), pathOf(directory));
        say(
          `演练通过：${restored.manifest.id}，${restored.events} 条事件，${restored.photos} 张照片，用时 ${restored.seconds.toFixed(1)} 秒`,
        );
      }),
    );
  program
    .command('doctor')
    .description('检查运行环境，说明哪里有问题、怎么办')
    .action(() => doctor(shell));
  program
    .command('photos')
    .description('照片文件')
    .command('archive')
    .description('把往年照片移到另一块盘，照常可以打开；中断后再运行即可')
    .requiredOption('--before <year>', '这一年以前的照片', Number)
    .option('--to <directory>', '归档目录，默认 PHOTO_ARCHIVE_DIR')
    .action((options: { before: number; to?: string }) =>
      withHouse((house) => archive(shell, house, options.before, options.to)),
    );
}
