/**
 * 创城大管家: what the desk dispatches is in the unit's group at once, is claimed there within the quarter of an
 * hour, and shows before and after; what nobody claims is 超时未领, and the day's progress can be read.
 */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { leave, newPage, sees, signInAs } from './person.ts';
import { openDay } from './day.ts';
import { openByNumber, raiseIssue, rectify, reportAsCitizen, accept, dispatchTo } from './steps.ts';

const people = openDay();

/** The matter of a number in the feed. */
const entryOf = (page: Page, number: string): Locator =>
  page.getByRole('list', { name: '群动态' }).getByRole('listitem', { name: number, exact: true });

it('shows a matter in the group as it is dispatched, claimed with one tap, rectified with both photos', async () => {
  const citizen = await newPage(people.browser, people.origin, 'phone');
  const receipt = await reportAsCitizen(citizen, '单元门口的垃圾堆了三天');
  await leave(citizen);

  const head = await signInAs(people, 'head', 'phone');
  await head.goto('/group');
  await head.getByRole('list', { name: '群动态' }).waitFor();

  const desk = await signInAs(people, 'desk');
  await openByNumber(desk, '/desk/reports', receipt.number);
  const number = await accept(desk, '暴露生活垃圾');
  await dispatchTo(desk, '区环卫中心');

  const entry = entryOf(head, number);
  await entry.waitFor({ timeout: 3_000 });
  await sees(entry, '待领办');
  await sees(entry, /^领办还剩/);
  await entry.getByRole('region', { name: '整改前' }).getByRole('img').first().waitFor();
  await entry.getByRole('button', { name: '领办' }).click();
  await sees(head, '已领办，请在时限内整改');
  await sees(entry, '整改中');
  await sees(entry, /(不到 1|\d) 分钟领办/);

  await desk.goto('/group');
  await sees(entryOf(desk, number), '整改中');
  await entry.getByRole('link', { name: number }).click();
  await rectify(head, '已联系清运，通道畅通');
  const done = entryOf(desk, number);
  await done.getByRole('region', { name: '整改后' }).getByRole('img').first().waitFor();
  expect(await done.innerText()).not.toContain('13800138000');

  await desk.getByRole('link', { name: '单位对照' }).click();
  const row = desk.getByRole('row').filter({ hasText: '区环卫中心' });
  await sees(row, /%（\d+\/\d+）/);
});

it('marks what nobody claimed within the quarter of an hour, and keeps the day’s progress', async () => {
  const desk = await signInAs(people, 'desk');
  const number = await raiseIssue(desk, '路口护栏倒了一段', '乱堆物堆料', '区城管执法局');
  await people.restart(48);

  const later = await signInAs(people, 'desk');
  await later.goto('/group?step=new');
  await sees(entryOf(later, number), '超时未领');
  await later.goto('/group/posts');
  await sees(later, /【每日进展】/);
  await sees(later, /新派 \d+ 件，已领办 \d+ 件/);
  await later.getByRole('link', { name: '每周小结', exact: true }).click();
  await sees(later, /【每周小结】/);
});
