/**
 * A product that begins and one that comes back: a new district set up on the page and its first issue
 * dispatched and claimed; a backup asked for, rehearsed, and restored elsewhere by the command.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { testDirectory } from '../../src/server/postgres/testDirectory.ts';
import { leave, newPage, openBrowser, sees, signInAs } from './person.ts';
import { clearPages, runCommand, startProgram, type Program } from './program.ts';
import {
  accept,
  addPerson,
  appointOn,
  changeFirstPassword,
  enterReport,
  form,
  givePassword,
  hasStatus,
  openByNumber,
  raiseIssue,
  typeSignIn,
} from './steps.ts';

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

async function startHere(...options: Parameters<typeof startProgram>): Promise<Program> {
  const program = await startProgram(...options);
  endings.push(() => program.stop());
  return program;
}

const next = (page: Page): Promise<void> => page.getByRole('button', { name: '下一步' }).click();

const fill = (page: Page, label: string, words: string): Promise<void> =>
  page.getByRole('textbox', { name: label, exact: true }).fill(words);

const areas = '松泉街道\n  鼓楼前社区\n  石榴园社区\n望岭镇\n  桃花坞社区\n  上营村';

/** Goes through the wizard; the page with the first passwords is open afterwards. */
async function setUp(page: Page, token: string): Promise<void> {
  await page.goto('/setup');
  await fill(page, '建区口令', token);
  await page.getByRole('button', { name: '继续' }).click();
  await fill(page, '区代码', '110116');
  await fill(page, '区名称', '怀柔区');
  await next(page);
  await fill(page, '或者粘贴清单', areas);
  await page.getByRole('button', { name: '读取清单' }).click();
  await sees(page, '已读取：街道乡镇 2 个，社区村 4 个');
  await next(page);
  await sees(page, '为每个街道乡镇、社区村建立属地单位（6 个）');
  await next(page);
  await sees(page, '基础标准对每个区都生效');
  await next(page);
  for (const [role, name, login] of [
    ['系统管理员', '方文静', 'fangwenjing'],
    ['安全管理员', '邓国强', 'dengguoqiang'],
    ['审计管理员', '许秋生', 'xuqiusheng'],
  ] as const) {
    await fill(page, `${role}姓名`, name);
    await fill(page, `${role}登录名`, login);
  }
  await next(page);
  await page.getByRole('button', { name: '建立怀柔区' }).click();
  await sees(page, '110116 怀柔区已建立');
}

/** The first password of a login, from the list that is shown once. */
async function passwordOf(page: Page, login: string): Promise<string> {
  const account = page.getByRole('listitem').filter({ hasText: login });
  return (await account.getByRole('code').last().innerText()).trim();
}

it('sets up a new district on the page, and it dispatches its first issue', async () => {
  const program = await startHere({ env: { DEMO: '0' } });
  /** Signs in for the first time, with the password that was handed over. */
  const enter = async (login: string, first: string): Promise<Page> => {
    const page = await newPage(browser, program.origin);
    await page.goto('/sign-in');
    await typeSignIn(page, login, first);
    await changeFirstPassword(page, first, `own-${login}-Words-58`);
    return page;
  };

  const founder = await newPage(browser, program.origin);
  await founder.goto('/setup');
  await fill(founder, '建区口令', '不是口令');
  await founder.getByRole('button', { name: '继续' }).click();
  await founder.getByRole('alert').filter({ hasText: '建区口令不对' }).waitFor();
  const told = await runCommand(program.dataDir, ['setup-token']);
  await setUp(founder, /[\w-]{24}/.exec(told)?.[0] ?? '');
  const systemPassword = await passwordOf(founder, 'fangwenjing');
  const securityPassword = await passwordOf(founder, 'dengguoqiang');
  await founder.getByRole('button', { name: '已抄下，去登录' }).click();
  await founder.getByRole('heading', { name: '登录' }).waitFor();
  await founder.goto('/setup');
  await sees(founder, '请先以系统管理员登录，再建立新的区');
  await leave(founder);

  const system = await enter('fangwenjing', systemPassword);
  await addPerson(system, '周海燕', 'zhouhaiyan');
  await addPerson(system, '韩立新', 'hanlixin');
  await sees(system.getByRole('row').filter({ hasText: 'hanlixin' }), '未任岗位');
  await leave(system);

  const security = await enter('dengguoqiang', securityPassword);
  const deskPassword = await givePassword(security, 'zhouhaiyan');
  await appointOn(security, { name: '周海燕', role: '创城专席', title: '早班接派员' });
  const headPassword = await givePassword(security, 'hanlixin');
  await appointOn(security, {
    name: '韩立新',
    role: '责任单位负责人',
    title: '环卫中心主任',
    unit: '环境卫生服务中心',
  });
  await sees(security.getByRole('row').filter({ hasText: '韩立新' }), '环境卫生服务中心');
  await leave(security);

  const desk = await enter('zhouhaiyan', deskPassword);
  await sees(desk, '早班接派员');
  const place = { area: '石榴园社区', address: '石榴园南门' };
  await enterReport(desk, '南门外垃圾堆了三天没人收', place);
  const number = await accept(desk, '暴露生活垃圾');
  await sees(form(desk), '属地：松泉街道办事处');
  await form(desk).getByRole('button', { name: '按建议派给环境卫生服务中心' }).click();
  await hasStatus(desk, '待领办');
  await sees(desk.getByRole('list', { name: '办理过程' }), '派给环境卫生服务中心');

  const head = await enter('hanlixin', headPassword);
  const row = head.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: '领办' }).click();
  await sees(head, '已领办，请在时限内整改');
  await hasStatus(desk, '整改中');
});

/** Asks for a backup or a rehearsal and waits for its row; the row. */
async function runOnPage(page: Page, button: string, kind: string) {
  await page.getByRole('button', { name: button }).click();
  const row = page
    .getByRole('table', { name: '备份' })
    .getByRole('row')
    .filter({ hasText: kind })
    .filter({ hasText: '成功' });
  await row.waitFor({ timeout: 120_000 });
  return row;
}

it('backs up and rehearses from the page, and is restored elsewhere by the command', async () => {
  const [vault, elsewhere] = [directoryHere(), directoryHere()];
  // At an hour when no backup begins by itself.
  const env = { BACKUP_DIR: vault, BACKUP_AT: '23:59' };
  const program = await startHere({ env });
  const people = { browser, origin: program.origin };
  const desk = await signInAs(people, 'desk');
  const number = await raiseIssue(desk, '候车亭玻璃碎了一地', '暴露生活垃圾', '区环卫中心');
  const system = await signInAs(people, 'sysadmin');
  await system.goto('/admin/backup');
  await sees(system, '还没有成功的备份，请点“现在备份”');
  const made = await runOnPage(system, '现在备份', '页面备份');
  await sees(made, /^\d+(\.\d)? [KM]B$/);
  await sees(made, /\d+ 条事件，\d+ 张照片/);
  await sees(system, /^最近一份 .*用时/);
  const rehearsed = await runOnPage(system, '演练恢复', '演练恢复');
  await sees(rehearsed, /恢复到临时位置并核对无误：\d+ 条事件，\d+ 张照片，封存链通过/);
  await sees(system, '恢复会换掉整套系统的数据，所以只能恢复到还没有正式区的系统');
  await sees(system, `npm run cli -- restore ${vault}`);

  await expect(runCommand(program.dataDir, ['restore', vault])).rejects.toThrow(
    '恢复只能到空的地方',
  );
  mkdirSync(join(elsewhere, 'keys'), { mode: 0o700 });
  for (const key of ['master.key', 'backup.key'])
    copyFileSync(join(program.dataDir, 'keys', key), join(elsewhere, 'keys', key));
  const said = await runCommand(elsewhere, ['restore', vault]);
  expect(said).toContain('封存链核对通过');

  const restored = await startHere({ dataDir: elsewhere, env: { DEMO: '0' } });
  const again = await signInAs({ browser, origin: restored.origin }, 'desk');
  await openByNumber(again, '/desk/issues', number);
  await hasStatus(again, '待领办');
  await sees(again, '候车亭玻璃碎了一地');
  await sees(again.getByRole('list', { name: '办理过程' }), '派给区环卫中心');
});
