/** npm run check: types, lint, format, unused code, generated files. Every step runs. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { requirePackages, root } from './sources.mjs';

const STEPS = [
  ['types of domain', 'tsc', '-p', 'src/domain'],
  ['types of web', 'tsc', '-p', 'src/web'],
  ['types of server and tests', 'tsc', '-p', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'oxfmt', '--check'],
  ['unused code', 'knip'],
  ['generated files', 'tsx', 'src/generate.ts', '--check'],
];

requirePackages();
const PATH = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
const failed = STEPS.filter(([name, command, ...args]) => {
  console.log(`— ${name}: ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
  return status !== 0;
});
for (const [name] of failed) console.log(`failed: ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
