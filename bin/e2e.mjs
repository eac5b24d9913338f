/** npm run e2e: the persons' days in a real browser against the built program. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isBuilt, requirePackages, root } from './sources.mjs';
import { runTests } from './vitest.mjs';

const PACKAGES = ['chromium', 'chromium-l10n', 'fonts-noto-cjk'];

requirePackages();
process.chdir(root);
ensureBrowser();
if (!isBuilt()) {
  const { build } = await import('./build.mjs');
  await build();
}
process.exitCode = runTests(['e2e'], process.argv.slice(2));

/** The browser tests use: `CHROMIUM`, else Debian's. As root on Debian it is installed. */
function ensureBrowser() {
  if (existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium')) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(
      '没有找到 Chromium。Debian 上请运行 apt-get install chromium fonts-noto-cjk；其他系统请装好后设置 CHROMIUM=程序路径。',
    );
    process.exit(1);
  }
  console.error('正在安装 Chromium 和中文字体……');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...PACKAGES],
  ]) {
    const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (status !== 0) {
      console.error(`没有装上：apt-get ${args.join(' ')} 失败。请检查网络和软件源。`);
      process.exit(1);
    }
  }
}
