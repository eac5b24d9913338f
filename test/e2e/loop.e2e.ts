/**
 * The whole loop, once passing and once failing verification first: a citizen reports, the desk accepts and
 * dispatches, the head of the unit claims and assigns, the officer puts it right, a grid worker verifies, the
 * desk closes and answers, the citizen reads the answer.
 */
import { expect, it } from 'vitest';
import { leave, newPage, sees, signInAs } from './person.ts';
import { openDay } from './day.ts';
import {
  accept,
  deskAnswers,
  deskCloses,
  deskSendsToVerify,
  dispatchTo,
  follow,
  form,
  headClaims,
  officerRectifies,
  reportAsCitizen,
  verify,
  type Receipt,
} from './steps.ts';

const people = openDay();

async function citizenReports(words: string): Promise<Receipt> {
  const page = await newPage(people.browser, people.origin, 'phone');
  const receipt = await reportAsCitizen(page, words);
  expect(receipt.number).toMatch(/^\d{14}$/);
  await page.getByRole('link', { name: '查看办理进度' }).click();
  await page.getByRole('button', { name: '查询' }).click();
  await sees(page, '已收到，等待受理。');
  await leave(page);
  return receipt;
}

async function deskDispatches(receipt: Receipt, words: string): Promise<string> {
  const page = await signInAs(people, 'desk');
  await page.getByRole('link', { name: receipt.number }).click();
  await sees(page, words);
  await sees(page, '已登记，查看须说明事由');
  const number = await accept(page, '暴露生活垃圾');
  await sees(form(page), number);
  await dispatchTo(page, '区环卫中心');
  const history = page.getByRole('list', { name: '办理过程' });
  await sees(history, '派给区环卫中心');
  await sees(page.getByRole('region', { name: '时限' }), '领办');
  await sees(page, '等待区环卫中心办理。');
  await leave(page);
  return number;
}

/** Assigned work cannot be sent back: the button says why. */
async function claimAndAssign(number: string): Promise<void> {
  const page = await headClaims(people, number);
  const grey = page.getByRole('button', { name: '退单' });
  await grey.waitFor();
  expect(await grey.getAttribute('aria-disabled')).toBe('true');
  await sees(page, '已指派经办人，请先撤销指派再退单');
  await leave(page);
}

async function deskClosesAndAnswers(
  number: string,
  receipt: Receipt,
  answer: string,
): Promise<string[]> {
  const page = await deskCloses(people, number);
  const sentences = await page
    .getByRole('list', { name: '办理过程' })
    .getByRole('paragraph')
    .allInnerTexts();
  await deskAnswers(page, receipt.number, answer);
  await leave(page);
  return sentences.toReversed();
}

async function citizenReads(receipt: Receipt, answer: string): Promise<void> {
  const page = await newPage(people.browser, people.origin, 'phone');
  const found = await follow(page, receipt);
  await sees(found, '已办结并答复。');
  await sees(page.getByRole('region', { name: '答复' }), answer);
  await leave(page);
}

it('goes from a citizen’s report to the answer in six sign-ins', async () => {
  const words = '银杏里胡同口垃圾桶满了两天，垃圾堆到路上';
  const answer = '垃圾已清运，今后每天两次收运。感谢您的反映。';
  const receipt = await citizenReports(words);
  const number = await deskDispatches(receipt, words);
  await claimAndAssign(number);
  await officerRectifies(people, number, '已清运并冲洗地面');
  await deskSendsToVerify(people, number);
  await verify(people, 'grid', words, '通过', '现场干净，符合结案条件');
  const history = await deskClosesAndAnswers(number, receipt, answer);
  expect(history).toEqual([
    '受理立案',
    '派给区环卫中心',
    '领办',
    '指派经办人孙小雨',
    '整改完成：已清运并冲洗地面',
    '送复查',
    '复查通过：现场干净，符合结案条件',
    '结案',
  ]);
  await citizenReads(receipt, answer);
});

it('goes back to the officer when verification fails, and passes the second time', async () => {
  const words = '银杏里胡同西口有人把剩饭倒在墙根，招来苍蝇';
  const receipt = await citizenReports(words);
  const number = await deskDispatches(receipt, words);
  await claimAndAssign(number);
  await officerRectifies(people, number, '已打扫');
  await deskSendsToVerify(people, number);
  await verify(people, 'grid', words, '不通过', '墙根还有油污没有冲洗');
  const page = await signInAs(people, 'officer', 'phone');
  await page.getByRole('link', { name: number }).click();
  await sees(page, '第 2 轮');
  await sees(page, '复查不通过，返工：墙根还有油污没有冲洗');
  await leave(page);
  await officerRectifies(people, number, '已用热水冲洗墙根');
  await deskSendsToVerify(people, number);
  await verify(people, 'grid', words, '通过', '墙根已冲洗干净');
  const answer = '墙根已冲洗，网格员每天巡查。';
  const history = await deskClosesAndAnswers(number, receipt, answer);
  expect(history.slice(4)).toEqual([
    '整改完成：已打扫',
    '送复查',
    '复查不通过，返工：墙根还有油污没有冲洗',
    '整改完成：已用热水冲洗墙根',
    '送复查',
    '复查通过：墙根已冲洗干净',
    '结案',
  ]);
  await citizenReads(receipt, answer);
});
