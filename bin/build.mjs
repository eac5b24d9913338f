/** npm run build: `src/main.ts` and the worker that trains → `dist/server`, `src/web` → `dist/web`. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { fingerprint, recordBuilt, requirePackages, root } from './sources.mjs';

/** Builds server and pages from the sources as they are now. */
export async function build() {
  const print = fingerprint();
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts', learnWorker: 'src/server/learning/learnWorker.ts' },
    outdir: 'dist/server',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  const vite = await import('vite');
  await vite.build({
    configFile: join(root, 'vite.config.ts'),
    root: join(root, 'src', 'web'),
    logLevel: 'warn',
    build: { outDir: join(root, 'dist', 'web'), emptyOutDir: true },
  });
  recordBuilt(print);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  requirePackages();
  process.chdir(root);
  await build();
}
