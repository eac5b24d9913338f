/**
 * The desk's own ways: by keyboard, with filters in the address, two screens that agree, nothing typed lost;
 * and the door: a wrong password, the first password of a new person, no post.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { choose, newPage, pick, sees, signInAs, takePhoto } from './person.ts';
import { openDay } from './day.ts';
import {
  accept,
  appoint,
  changeFirstPassword,
  enterReport,
  firstPassword,
  form,
  hasStatus,
  open,
  openByNumber,
  raiseIssue,
  send,
  typeSignIn,
} from './steps.ts';

const people = openDay();

it('leads somebody signed out to the sign-in page once, and back to the page asked for', async () => {
  const page = await newPage(people.browser, people.origin);
  await page.goto('/');
  await page.getByRole('heading', { name: '登录' }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/sign-in');
  await page.goto('/desk/issues?channel=hotline');
  await page.getByRole('heading', { name: '登录' }).waitFor();
  expect(new URL(page.url()).searchParams.get('next')).toBe('/desk/issues?channel=hotline');
  await page.getByRole('button', { name: / · desk$/ }).click();
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('heading', { name: '案件台账' }).waitFor();
  expect(new URL(page.url()).searchParams.get('channel')).toBe('hotline');
});

it('refuses a wrong password in words and keeps the login', async () => {
  const page = await newPage(people.browser, people.origin, 'phone');
  await page.goto('/sign-in');
  await typeSignIn(page, 'desk', 'not-the-password');
  await page.getByRole('alert').filter({ hasText: '密码' }).waitFor();
  expect(await page.getByLabel('登录名').inputValue()).toBe('desk');
});

it('goes through the list by j, k, Enter and acts by n', async () => {
  const page = await signInAs(people, 'desk');
  await page.goto('/desk/issues?status=passed');
  const rows = page.getByRole('row');
  await rows.nth(2).waitFor();
  const numbers = await page.getByRole('table').getByRole('link').allInnerTexts();
  await page.keyboard.press('j');
  await page.getByRole('row', { selected: true }).filter({ hasText: numbers[0] }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('row', { selected: true }).filter({ hasText: numbers[1] }).waitFor();
  await page.keyboard.press('k');
  await page.getByRole('row', { selected: true }).filter({ hasText: numbers[0] }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: numbers[0], level: 1 }).waitFor();
  await sees(page, `1 / ${numbers.length}`);
  await page.keyboard.press('n');
  await form(page).waitFor();
  await send(page, '结案');
  await page.getByRole('heading', { name: numbers[1], level: 1 }).waitFor();
});

/** The count above a list; while the next list loads, the one before stays in sight. */
async function settledCount(page: Page): Promise<string> {
  const read = (): Promise<string> => page.getByText(/共 \d+ 件/).innerText();
  let [before, now] = ['', await read()];
  while (before !== now) {
    await page.waitForTimeout(800);
    [before, now] = [now, await read()];
  }
  return now;
}

it('keeps filters in the address through a reload', async () => {
  const page = await signInAs(people, 'desk');
  await page.goto('/desk/issues');
  await pick(page, '来源渠道', '12345 热线');
  await choose(page, '区域', '望溪街道');
  await page
    .getByRole('textbox', { name: '起始日期' })
    .or(page.getByLabel('起始日期'))
    .first()
    .fill('2020-01-01');
  await page.getByRole('link', { name: /^全部/ }).click();
  await sees(page, /共 [1-9]\d* 件/);
  const [address, count] = [page.url(), await settledCount(page)];
  expect(address).toContain('channel=hotline');
  expect(address).toContain('area=110199002');
  expect(address).toContain('from=2020-01-01');
  await page.reload();
  await sees(page, count);
  expect(page.url()).toBe(address);
  await sees(page.getByRole('search'), '望溪街道');
});

it('shows on a second screen at once what was done on the first', async () => {
  const first = await signInAs(people, 'desk');
  const second = await signInAs(people, 'desk2');
  await second.goto('/desk/reports');
  await second.getByRole('table').waitFor();
  const number = await enterReport(first, '公交站牌被撞歪了，快倒下来');
  await second.getByRole('link', { name: number }).waitFor({ timeout: 6_000 });
  await second.getByRole('link', { name: number }).click();
  await hasStatus(second, '待受理');
  await accept(first, '乱堆物堆料');
  await second.getByText('已立案', { exact: true }).first().waitFor({ timeout: 6_000 });
});

it('tells of another’s change, keeps what was typed, and sends it after a look', async () => {
  const first = await signInAs(people, 'desk');
  const number = await raiseIssue(first, '沿街商户把水桶摆在便道上', '乱堆物堆料', '区城管执法局');
  const second = await signInAs(people, 'desk2');
  await openByNumber(second, '/desk/issues', number);
  const drawer = await open(second, '转办');
  await choose(drawer, '转往单位', '区市政管理处');
  await drawer.getByRole('textbox', { name: '转办理由' }).fill('便道由市政养护');
  const unit = await signInAs(people, 'enforce');
  await unit
    .getByRole('row')
    .filter({ hasText: number })
    .getByRole('button', { name: '领办' })
    .click();
  await sees(unit, '已领办，请在时限内整改');
  await drawer.getByRole('button', { name: /^转办/ }).click();
  await sees(drawer, '记录已被他人更新');
  expect(await drawer.getByRole('textbox', { name: '转办理由' }).inputValue()).toBe(
    '便道由市政养护',
  );
  await drawer.getByRole('button', { name: '刷新' }).click();
  await drawer.getByText('记录已被他人更新').waitFor({ state: 'detached' });
  await send(second, '转办');
  await openByNumber(second, '/desk/issues', number);
  await sees(second.getByRole('list', { name: '办理过程' }), '转办给区市政管理处：便道由市政养护');
});

it('keeps what was typed when the line breaks, and says so', async () => {
  const page = await signInAs(people, 'desk');
  await page.goto('/desk/reports/new');
  await page.getByRole('textbox', { name: '问题描述' }).fill('路口信号灯不亮');
  await choose(page, '所属区域', '柳桥社区');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: /^上报/ }).click();
  await page.getByRole('alert').filter({ hasText: '尚不确定是否已办理' }).waitFor();
  expect(await page.getByRole('textbox', { name: '问题描述' }).inputValue()).toBe('路口信号灯不亮');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: /^上报/ }).click();
  await page.waitForURL(/\/desk\/reports\/[0-9a-f-]{36}/);
  await sees(page, '路口信号灯不亮');
});

it('names the field that is missing', async () => {
  const page = await signInAs(people, 'desk');
  await page.goto('/desk/reports/new');
  await page.getByRole('button', { name: /^上报/ }).click();
  await page.getByRole('alert').filter({ hasText: '请填写问题描述' }).waitFor();
  await page.getByRole('textbox', { name: '问题描述' }).waitFor();
});

it('lets a new person in with a first password that must be changed', async () => {
  const password = await firstPassword(people, '宋一鸣', 'songyiming');
  await appoint(people, { name: '宋一鸣', role: '创城专席', title: '夜班接派员' });
  const page = await newPage(people.browser, people.origin);
  await page.goto('/sign-in');
  await typeSignIn(page, 'songyiming', password);
  await page.getByRole('heading', { name: '修改密码' }).waitFor();
  await page.goto('/desk/issues');
  await page.getByRole('heading', { name: '修改密码' }).waitFor();
  await changeFirstPassword(page, password, 'qinghe-Night-Shift-47');
  await page.getByRole('heading', { name: '来件', level: 1 }).waitFor();
  await sees(page, '夜班接派员');
});

it('opens no page of another role', async () => {
  const page = await signInAs(people, 'officer');
  await page.goto('/admin/persons');
  await sees(page, '没有权限');
  await page.goto('/no/such/page');
  await sees(page, '没有这个页面');
});

it('joins a report to an issue found by its number, keeps the last report, and answers from the issue', async () => {
  const page = await signInAs(people, 'desk');
  const issue = await raiseIssue(page, '路口花箱被车撞坏', '乱堆物堆料', '区城管执法局');
  await sees(page, '案件至少保留一件来件');
  const report = await enterReport(page, '又有人反映花箱碎片没人收');
  await page.getByRole('button', { name: '并入其他案件' }).click();
  await choose(form(page), '案件', issue);
  await send(page, '并入已有案件');
  await openByNumber(page, '/desk/reports?status=joined', report);
  await page.getByRole('region', { name: '所在案件' }).getByRole('link', { name: issue }).click();
  await sees(page, '2 件来件');
  await page.getByRole('link', { name: report }).waitFor();
  await page.goto('/desk/issues?status=closed&words=路灯杆下面');
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('n');
  await form(page).getByRole('textbox', { name: '答复内容' }).fill('灯杆检修门已修好并上锁。');
  await send(page, '答复');
  await sees(page.getByRole('region', { name: /^来件/ }), '已答复');
});

it('shows who has several posts which one works, and changes it in sight', async () => {
  await appoint(people, {
    name: '唐颖',
    role: '网格员',
    title: '柳桥兼职网格员',
    area: '柳桥社区',
  });
  const page = await signInAs(people, 'street2');
  const field = page.getByRole('combobox', { name: '当前岗位' });
  const office = page.getByRole('button', { name: /^切换岗位/ });
  await field.or(office).waitFor();
  if (await field.isVisible()) {
    await field.selectOption({ label: '清和区（演示） · 望溪街道办事处 · 望溪街道负责人' });
    await page.getByRole('heading', { name: '本单位案件' }).waitFor();
  }
  await office.click();
  await page.getByRole('menuitem', { name: '柳桥兼职网格员' }).click();
  await field.waitFor();
  await sees(page, '唐颖 · 柳桥兼职网格员');
});

it('sends no form while one of its photos has not arrived', async () => {
  const page = await signInAs(people, 'works');
  await page.goto('/unit/issues?status=claimed');
  await page.getByRole('table').getByRole('link').first().click();
  const drawer = await open(page, '整改完成');
  await drawer.getByRole('textbox', { name: '整改情况' }).fill('已修好');
  const file = { name: '现场.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('不是照片') };
  await drawer.getByLabel('整改后照片').setInputFiles([await takePhoto(), file]);
  await sees(drawer, '这不是照片');
  await drawer.getByRole('button', { name: /^整改完成/ }).click();
  await sees(page, '有照片没有传上，请重传，或去掉后再提交');
  await drawer.getByRole('button', { name: '去掉第 2 张' }).click();
  await send(page, '整改完成');
});
