/**
 * 回访: a citizen judges the closed matter by the code of the receipt in three taps; “not solved” opens it again. Of a
 * hotline's matter an operator takes the call, reads the telephone with a reason, writes down what was said, and the
 * three rates show it.
 */
import { expect, it } from 'vitest';
import { leave, newPage, sees, signInAs } from './person.ts';
import { openDay } from './day.ts';
import {
  accept,
  deskCloses,
  deskSendsToVerify,
  dispatchTo,
  form,
  headClaims,
  officerRectifies,
  openByNumber,
  reportAsCitizen,
  send,
  verify,
} from './steps.ts';

const people = openDay();

/** A citizen's matter from the report to the close. */
async function closedMatter(words: string) {
  const citizen = await newPage(people.browser, people.origin, 'phone');
  const receipt = await reportAsCitizen(citizen, words);
  const desk = await signInAs(people, 'desk');
  await openByNumber(desk, '/desk/reports', receipt.number);
  const number = await accept(desk, '暴露生活垃圾');
  await dispatchTo(desk, '区环卫中心');
  await leave(await headClaims(people, number));
  await officerRectifies(people, number, '已清运');
  await deskSendsToVerify(people, number);
  await verify(people, 'grid', words, '通过', '现场干净');
  await deskCloses(people, number);
  return { citizen, desk, receipt, number };
}

it('lets an operator call by keyboard, read the telephone with a reason, and count the answer', async () => {
  const desk = await signInAs(people, 'desk');
  await desk.goto('/desk/callbacks');
  await desk.getByRole('row').nth(1).waitFor();
  await desk.keyboard.press('j');
  await desk.keyboard.press('g');
  await desk.getByRole('button', { name: /^放回/ }).waitFor();
  await desk.keyboard.press('r');
  await send(desk, '查看诉求人');
  await sees(desk, '以下信息仅供本次办理使用');
  await desk.keyboard.press('n');
  const questions = form(desk);
  await questions.getByText('没有联系', { exact: true }).click();
  await questions.getByText('已解决', { exact: true }).click();
  await questions.getByText('基本满意', { exact: true }).click();
  await desk.keyboard.press('Control+Enter');
  await sees(desk, '已记录结果');
  await desk.goto('/desk/callback-rates');
  const total = desk.getByRole('region', { name: '合计' });
  await sees(total, '90.00%');
  await sees(total, '100.00%');
  expect(await total.innerText()).toContain('0.00%');
});

it('lets a citizen judge by code in three taps, and opens the case again when it is not solved', async () => {
  const { citizen, desk, receipt, number } = await closedMatter('楼道口的垃圾一直没有清走');
  await citizen.goto('/c/110199/follow');
  await citizen.getByLabel('编号').fill(receipt.number);
  await citizen.getByLabel('查询码').fill(receipt.code);
  await citizen.getByRole('button', { name: '查询' }).click();
  await citizen.getByRole('link', { name: '去评价' }).click();
  await citizen.getByRole('button', { name: '联系过', exact: true }).click();
  await citizen.getByRole('button', { name: '未解决' }).click();
  await citizen.getByRole('button', { name: '不满意' }).click();
  await citizen.getByLabel('哪里没有办好').fill('第二天又堆上了');
  await citizen.getByRole('button', { name: '送出评价' }).click();
  await sees(citizen, '谢谢您的评价');

  await openByNumber(desk, '/desk/issues', number);
  await sees(desk, '待派单');
  await sees(desk, /未解决.*第二天又堆上了/);
});
