import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StartRefused } from '../startRefusal.ts';
import { isNewCluster, prepareDataDir, recordDataVersion, refuseNewerData } from './dataDir.ts';
import { testDirectory } from './testDirectory.ts';

const asRoot = process.getuid?.() === 0;
let directory: ReturnType<typeof testDirectory>;
let sentences: string[];
const log = (sentence: string): void => void sentences.push(sentence);
const workingFolder = process.cwd();

beforeEach(() => {
  directory = testDirectory();
  sentences = [];
});

afterEach(() => {
  process.chdir(workingFolder);
  directory.remove();
});

const prepare = (DATA_DIR: string): string => prepareDataDir({ env: { DATA_DIR }, log });

it('makes the folders, private where they hold keys, photos and logs', () => {
  const dataDir = prepare(join(directory.path, 'data'));
  for (const folder of ['keys', 'photos', 'log']) {
    expect(statSync(join(dataDir, folder)).mode & 0o777).toBe(0o700);
  }
  expect(isNewCluster(dataDir)).toBe(true);
  expect(sentences).toEqual([]);
});

it('says that a file lies where the directory should be', () => {
  const file = join(directory.path, 'data');
  writeFileSync(file, '');
  expect(() => prepare(file)).toThrow(StartRefused);
  expect(() => prepare(file)).toThrow('不是目录');
  expect(() => prepare(join(file, 'below'))).toThrow('不是目录');
});

describe.runIf(asRoot)('as root', () => {
  it('says that the directory is not writable', () => {
    const place = join(directory.path, 'readonly');
    mkdirSync(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,mode=711', 'tmpfs', place]);
    try {
      for (const dataDir of [place, join(place, 'data')]) {
        expect(() => prepare(dataDir)).toThrow(`数据目录 ${dataDir} 不可写`);
      }
    } finally {
      execFileSync('umount', [place]);
    }
  });

  it('keeps the data elsewhere, and says so, when the home is closed to the server', () => {
    const home = join(directory.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    process.chdir(home);
    const elsewhere = join(directory.path, 'elsewhere');
    const dataDir = prepareDataDir({ env: {}, log, rootDataDir: elsewhere });
    expect(dataDir).toBe(elsewhere);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(`数据改存 ${elsewhere}`);
    expect(existsSync(join(home, 'data'))).toBe(false);
  });

  it('uses ./data when the server can enter it, or when the database is elsewhere', () => {
    process.chdir(directory.path);
    expect(prepareDataDir({ env: {}, log })).toBe(join(directory.path, 'data'));
    chmodSync(directory.path, 0o700);
    expect(prepareDataDir({ env: { DATABASE_URL: 'postgres://db/loop' }, log })).toBe(
      join(directory.path, 'data'),
    );
    expect(sentences).toEqual([]);
  });

  it('refuses a DATA_DIR the server cannot enter', () => {
    const home = join(directory.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    expect(() => prepare(join(home, 'data'))).toThrow('进不了数据目录');
  });
});

it.runIf(asRoot)('says so to an ordinary user too', () => {
  const closed = join(directory.path, 'closed');
  mkdirSync(closed, { mode: 0o755 });
  const code = `
    import { prepareDataDir } from ${JSON.stringify(new URL('./dataDir.ts', import.meta.url).href)};
    try {
      prepareDataDir({ env: { DATA_DIR: ${JSON.stringify(join(closed, 'data'))} }, log: () => {} });
    } catch (error) {
      console.log(error.message);
    }`;
  const answer = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { encoding: 'utf8', uid: 65534, gid: 65534, env: { TSX_DISABLE_CACHE: '1' } },
  );
  expect(answer).toContain('不可写');
});

it('refuses data of a newer version and accepts older ones', () => {
  refuseNewerData(directory.path, 3);
  recordDataVersion(directory.path, 3);
  refuseNewerData(directory.path, 3);
  refuseNewerData(directory.path, 4);
  expect(() => refuseNewerData(directory.path, 2)).toThrow('更新版本的 CivicLoop');
});
