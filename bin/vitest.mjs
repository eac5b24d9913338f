/** Runs projects of vitest and counts what passed and failed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.mjs';

/**
 * Runs the projects, ends the output with the line `N passed, N failed` and gives the exit code.
 * A file that could not be loaded, or an error outside any test, counts as one failure.
 */
export function runTests(projects, options = []) {
  const results = join(root, 'node_modules', '.vitest-results', `${projects.join('-')}.json`);
  rmSync(results, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
      ...options,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const { passed, failed } = count(results);
  const failures = status !== 0 && failed === 0 ? 1 : failed;
  console.log(`${passed} passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

function count(results) {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    const unloaded = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
