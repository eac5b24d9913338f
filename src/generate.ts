/**
 * Generated files: `src/server/tables.ts`, `docs/openapi.json`, `docs/lifecycle.md`. With `--check` they
 * are compared and nothing is written; a stale file ends with exit code 1.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lifecycle } from './server/lifecycle.ts';
import { openApi } from './server/openapi.ts';
import { openHouse } from './server/house.ts';
import { tableTypes } from './server/tableTypes.ts';

async function tables(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'civicloop-generate-'));
  chmodSync(folder, 0o755);
  const house = await openHouse({
    env: { ...process.env, DATA_DIR: join(folder, 'data'), DATABASE_URL: '' },
    log: () => undefined,
  });
  try {
    return await tableTypes(house.pool);
  } finally {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const files: Record<string, string> = {
  'src/server/tables.ts': await tables(),
  'docs/openapi.json': `${JSON.stringify(openApi(), null, 2)}\n`,
  'docs/lifecycle.md': lifecycle(),
};

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(files)) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale += 1;
  if (isCheck) process.stderr.write(`${path} is stale: run npm run generate\n`);
  else writeFileSync(path, text);
}
process.exitCode = isCheck && stale > 0 ? 1 : 0;
