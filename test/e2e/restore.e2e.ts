/**
 * A server is lost: a backup is made on the page of one program and restored on the page of another that stands
 * empty, killed half way once; afterwards the same people sign in and see the same issue.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { restoringFile } from '../../src/server/postgres/dataDir.ts';
import { testDirectory } from '../../src/server/postgres/testDirectory.ts';
import { newPage, openBrowser, sees, signInAs } from './person.ts';
import { clearPages, runCommand, startProgram, type Program } from './program.ts';
import { hasStatus, openByNumber, raiseIssue } from './steps.ts';

let browser: Browser;
/** Stopped and removed after each test, the last first. */
let endings: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser?.close());

afterEach(async ({ task }) => {
  await clearPages(browser, task);
  for (const end of endings.reverse()) await end();
  endings = [];
});

function directoryHere(): string {
  const { path, remove } = testDirectory();
  endings.push(remove);
  return path;
}

const tokenOf = async ({ dataDir }: Program): Promise<string> =>
  /[\w-]{24}/.exec(await runCommand(dataDir, ['setup-token']))?.[0] ?? '';

/** Opens the setup page with the token; a restore that is unfinished stands in front. */
async function openSetup(program: Program): Promise<Page> {
  const page = await newPage(browser, program.origin);
  await page.goto('/setup');
  await page.getByRole('textbox', { name: '建区口令' }).fill(await tokenOf(program));
  await page.getByRole('button', { name: '继续' }).click();
  await page.getByRole('radio', { name: '从备份恢复' }).waitFor({ state: 'attached' });
  return page;
}

async function openBackup(page: Page, vault: string, key: string): Promise<void> {
  await page.getByRole('textbox', { name: '备份目录' }).fill(vault);
  await page.getByLabel('备份密钥').fill(key);
  await page.getByRole('button', { name: '查看备份' }).click();
}

it('restores on the page of an empty program what was backed up on the page of another', async () => {
  const vault = directoryHere();
  const env = { BACKUP_DIR: vault, BACKUP_AT: '23:59' };
  const lost = await startProgram({ env });
  endings.push(() => lost.stop());
  const desk = await signInAs({ browser, origin: lost.origin }, 'desk');
  const number = await raiseIssue(desk, '候车亭玻璃碎了一地', '暴露生活垃圾', '区环卫中心');
  const system = await signInAs({ browser, origin: lost.origin }, 'sysadmin');
  await system.goto('/admin/backup');
  await system.getByRole('button', { name: '现在备份' }).click();
  await system
    .getByRole('table', { name: '备份' })
    .getByRole('row')
    .filter({ hasText: '页面备份' })
    .filter({ hasText: '成功' })
    .waitFor({ timeout: 120_000 });
  const key = readFileSync(join(lost.dataDir, 'keys', 'backup.key'), 'utf8').trim();

  const dataDir = directoryHere();
  const first = await startProgram({ dataDir, env: { DEMO: '0' } });
  endings.push(() => first.kill());
  const page = await openSetup(first);
  await page.getByText('从备份恢复').click();
  await openBackup(page, vault, key);
  await page.getByRole('alert').filter({ hasText: '属于另一把主密钥' }).waitFor();
  mkdirSync(join(dataDir, 'keys'), { recursive: true });
  copyFileSync(join(lost.dataDir, 'keys', 'master.key'), join(dataDir, 'keys', 'master.key'));
  await openBackup(page, `${vault}/other`, key);
  await page.getByRole('alert').filter({ hasText: '服务器上没有目录' }).waitFor();
  await openBackup(page, vault, key);
  await sees(page, '备份里有什么');
  await sees(page, '110199 清和区（演示）');
  await page.getByRole('button', { name: '开始恢复' }).click();
  await vi.waitUntil(() => existsSync(restoringFile(dataDir)), { timeout: 120_000, interval: 5 });
  await first.kill();

  const second = await startProgram({ dataDir, env: { DEMO: '0' } });
  endings.push(() => second.stop());
  const again = await openSetup(second);
  await sees(again, '恢复没有做完，没有恢复任何数据，可以再做一次');
  await openBackup(again, vault, '');
  await again.getByRole('button', { name: '开始恢复' }).click();
  await again.getByRole('progressbar', { name: '恢复进度' }).waitFor();
  await again.getByText('恢复完成').waitFor({ timeout: 180_000 });
  await sees(again, /已恢复：\d+ 条事件，\d+ 张照片，封存链核对通过/);
  await again.getByRole('link', { name: '去登录' }).click();
  await again.getByRole('heading', { name: '登录' }).waitFor();

  const back = await signInAs({ browser, origin: second.origin }, 'desk');
  await openByNumber(back, '/desk/issues', number);
  await hasStatus(back, '待领办');
  await sees(back, '候车亭玻璃碎了一地');
  expect(await runCommand(dataDir, ['verify'])).toContain('110199：通过');
}, 600_000);
