/** What is on disk: where the program lies, and whether the built program is older than its sources. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const SOURCES = ['src', 'db', 'seeds', 'vite.config.ts', 'package-lock.json', 'bin/build.mjs'];
const STAMP = join(root, 'dist', 'sources.sha256');

/** Ends the program with a sentence when the packages are not installed. */
export function requirePackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    end(
      `本机的 Node 是 ${process.versions.node}，需要 20.19 或更高版本。请改用 ./setup start，它会自己装好。`,
    );
  }
  if (!existsSync(join(root, 'node_modules', 'pg'))) {
    end('还没有安装依赖包。请先运行 ./setup install。');
  }
}

function end(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Whether `dist` was built from the sources as they are now: names, sizes and times. */
export const isBuilt = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();

/** The fingerprint to write once the build is done; taken before it, so a change meanwhile counts. */
export function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addTo(hash, join(root, source));
  return hash.digest('hex');
}

export function recordBuilt(print) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, print);
}

function addTo(hash, path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory()) {
    for (const name of readdirSync(path).toSorted()) addTo(hash, join(path, name));
  } else if (!/\.test\.tsx?$/.test(path)) {
    hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
  }
}
