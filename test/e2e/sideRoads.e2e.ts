/**
 * The side roads: sent back twice, extended, held and resumed, merged and undone, reopened; and that nobody
 * of the handling unit may verify.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { choose, leave, pick, sees, signInAs } from './person.ts';
import { openDay } from './day.ts';
import {
  appoint,
  dispatchTo,
  form,
  hasStatus,
  open,
  openByNumber,
  raiseIssue,
  rectify,
  send,
} from './steps.ts';

const people = openDay();
let desk: Page;

async function sendBack(login: string, number: string, reason: string): Promise<void> {
  const page = await signInAs(people, login);
  await openByNumber(page, '/unit/issues', number);
  const drawer = await open(page, '退单');
  await drawer.getByRole('textbox', { name: '退单理由' }).fill(reason);
  await send(page, '退单');
  await leave(page);
}

const sentence = (page: Page, words: string | RegExp) =>
  sees(page.getByRole('list', { name: '办理过程' }), words);

it('lets a unit send an issue back, and after two times no more', async () => {
  desk = await signInAs(people, 'desk');
  const number = await raiseIssue(desk, '路边树枝垂下来挡住路牌', '行道树', '区园林绿化局');
  await sendBack('green', number, '不是公共绿地的树');
  await openByNumber(desk, '/desk/issues', number);
  await sentence(desk, '退单：不是公共绿地的树');
  await open(desk, '派单');
  await dispatchTo(desk, '区市政管理处');
  await sendBack('works', number, '路牌完好，请改派');
  await openByNumber(desk, '/desk/issues', number);
  await open(desk, '派单');
  await dispatchTo(desk, '区住建委');
  const last = await signInAs(people, 'housing');
  await openByNumber(last, '/unit/issues', number);
  await sees(last, '已退单 2 次，专席的指派为最终决定');
  expect(await last.getByRole('button', { name: '退单' }).getAttribute('aria-disabled')).toBe(
    'true',
  );
});

/** The head of a unit claims and asks for consent. */
async function claimAndAsk(
  login: string,
  number: string,
  kind: string,
  reason: string,
  until?: string,
): Promise<void> {
  const page = await signInAs(people, login);
  await openByNumber(page, '/unit/issues', number);
  await open(page, '领办');
  await send(page, '领办');
  await ask(page, kind, reason, until);
  await leave(page);
}

async function ask(page: Page, kind: string, reason: string, until?: string): Promise<void> {
  const drawer = await open(page, '提出申请');
  await pick(drawer, '申请事项', kind);
  await drawer.getByRole('textbox', { name: '理由' }).fill(reason);
  if (until) {
    await drawer.getByLabel('挂账截止日').fill(until);
    await pick(drawer, '挂账类型', '缓办（短期）');
  }
  await send(page, '提出申请');
}

/** The shift leader finds the request among the approvals and grants it. */
async function grant(number: string): Promise<void> {
  const page = await signInAs(people, 'shift');
  await page
    .getByRole('navigation', { name: '主导航' })
    .getByRole('link', { name: '审批', exact: true })
    .click();
  const card = page
    .getByRole('list', { name: '审批' })
    .getByRole('listitem')
    .filter({ hasText: number });
  await card.getByRole('button', { name: '同意', exact: true }).click();
  await form(page).getByRole('textbox', { name: '审批意见' }).fill('情况属实');
  await send(page, '同意');
  await card.waitFor({ state: 'detached' });
  await leave(page);
}

it('gives more time after the shift leader has granted it', async () => {
  desk = await signInAs(people, 'desk');
  const number = await raiseIssue(desk, '人行道地砖松动，等材料到场', '人行道', '区市政管理处');
  await claimAndAsk('works', number, '延期', '地砖三天后到货');
  await openByNumber(desk, '/desk/issues', number);
  await sentence(desk, '申请延期，等待审批');
  await sees(desk, '地砖三天后到货');
  const clock = desk.getByRole('region', { name: '时限' });
  const before = await clock.innerText();
  await grant(number);
  await sentence(desk, '延期一次');
  await expect.poll(() => clock.innerText()).not.toBe(before);
  await sees(desk, '情况属实');
});

it('stops the clock while an issue is held, and goes on when it is resumed', async () => {
  desk = await signInAs(people, 'desk');
  const number = await raiseIssue(desk, '墙面返潮，须等雨季过后再粉刷', '人行道', '区市政管理处');
  const until = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await claimAndAsk('works', number, '挂账', '雨季不能施工', until);
  await grant(number);
  await openByNumber(desk, '/desk/issues?clock=held', number);
  await hasStatus(desk, '挂账');
  await sentence(desk, `挂账至 ${until}`);
  const unit = await signInAs(people, 'works');
  await openByNumber(unit, '/unit/issues?clock=held', number);
  await sees(unit, '挂账期间不能办结，请先恢复办理');
  await open(unit, '恢复办理');
  await send(unit, '恢复办理');
  await sentence(unit, '挂账结束，恢复办理');
  await sees(unit.getByRole('region', { name: '时限' }), /还剩/);
});

it('merges two issues into one and takes them apart again', async () => {
  desk = await signInAs(people, 'desk');
  const into = await raiseIssue(desk, '胡同东头堆着旧家具', '乱堆物堆料', '云杉街道办事处');
  const number = await raiseIssue(desk, '胡同东头有旧沙发没人要', '乱堆物堆料', '云杉街道办事处');
  const drawer = await open(desk, '合并到其他案件');
  await choose(drawer, '合并到', into);
  await drawer.getByRole('textbox', { name: '理由' }).fill('同一处旧家具');
  await send(desk, '合并到其他案件');
  await openByNumber(desk, '/desk/issues', into);
  await sees(desk, '2 件来件');
  await sentence(desk, '另一案件并入本案');
  await openByNumber(desk, '/desk/issues?status=void', number);
  await hasStatus(desk, '已作废');
  const split = await open(desk, '拆分');
  await split.getByRole('textbox', { name: '理由' }).fill('核实后不是同一处');
  await send(desk, '拆分');
  await openByNumber(desk, '/desk/issues', number);
  await hasStatus(desk, '待领办');
  await sentence(desk, '撤销合并：核实后不是同一处');
});

it('reopens a closed issue as a new attempt', async () => {
  desk = await signInAs(people, 'desk');
  await desk.goto('/desk/issues?status=closed');
  await desk.getByRole('row').nth(1).getByRole('link').first().click();
  const drawer = await open(desk, '重开');
  await drawer.getByRole('textbox', { name: '重开原因' }).fill('群众反映问题又出现');
  const number = await desk.getByRole('heading', { level: 1 }).innerText();
  await send(desk, '重开');
  await openByNumber(desk, '/desk/issues?status=accepted', number.trim());
  await hasStatus(desk, '待派单');
  await sees(desk, '第 2 轮');
  await sentence(desk, '重开案件：群众反映问题又出现');
});

it('does not let anybody of the handling unit verify', async () => {
  await appoint(people, {
    name: '白玉芬',
    role: '网格员',
    title: '银杏里兼职网格员',
    area: '银杏里社区',
  });
  desk = await signInAs(people, 'desk');
  const words = '胡同里的灯箱广告挡住盲道';
  const number = await raiseIssue(desk, words, '乱堆物堆料', '云杉街道办事处');
  const street = await signInAs(people, 'street');
  await openByNumber(street, '/unit/issues', number);
  await open(street, '领办');
  await send(street, '领办');
  await rectify(street, '灯箱已搬走');
  await openByNumber(desk, '/desk/issues?status=rectified', number);
  const choice = await open(desk, '送复查');
  await sees(choice, '在承办或协办单位任职的人不能复查，请换人或选相邻街道、测评员');
  expect(await choice.getByRole('radio', { name: /白玉芬/ }).isDisabled()).toBe(true);
  await send(desk, '送复查');
  const phone = await signInAs(people, 'community', 'phone');
  await sees(phone, '白玉芬 · 银杏里兼职网格员');
  await phone.getByRole('link', { name: '待我复查' }).click();
  await phone.getByRole('button', { name: /不能由您复查/ }).click();
  await phone.getByRole('link', { name: words }).click();
  await sees(phone, '在承办或协办单位任职的人不能复查，请换人或选相邻街道、测评员');
  expect(await phone.getByRole('button', { name: '送出复查结果' }).count()).toBe(0);
});
