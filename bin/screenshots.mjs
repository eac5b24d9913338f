/**
 * npm run screenshots: every page at 1440 and 390 pixels, of a fresh demo district, into `screenshots/`.
 * Pages, states without content or permission, and the forms of the main steps.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isBuilt, requirePackages, root } from './sources.mjs';

requirePackages();
process.chdir(root);
if (!isBuilt()) {
  const { build } = await import('./build.mjs');
  await build();
}
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', join('test', 'e2e', 'screenshots.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
