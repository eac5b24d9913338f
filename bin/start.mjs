/** npm start: builds when the sources changed, then serves in this very process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isBuilt, requirePackages, root } from './sources.mjs';

requirePackages();
process.chdir(root);
if (!isBuilt()) {
  console.error('正在构建……');
  const { build } = await import('./build.mjs');
  await build();
}
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, 'dist', 'server', 'main.js')).href);
