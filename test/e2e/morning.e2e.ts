/**
 * A morning at the desk: three hundred orders of the hotline imported, looked through by keyboard, accepted and
 * dispatched or joined, in less than ten minutes; and a file brought again, and taken back.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { morningOrders, oneAgainIn, type Place } from './morningOrders.ts';
import { district, signInAs } from './person.ts';
import { openDay } from './day.ts';

const people = openDay();

const upload = async (page: Page, name: string, text: string): Promise<void> => {
  await page.goto('/desk/orders');
  await page.getByTitle('市民热线 12345（演示）').first().waitFor();
  const buffer = Buffer.from(text);
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });
  await page.getByRole('heading', { name: '前几行将会是这样' }).waitFor();
};

const apply = async (page: Page, count: number): Promise<void> => {
  await page.getByRole('button', { name: `导入 ${count} 件` }).click();
  await page.getByRole('link', { name: '去来件列表' }).waitFor();
};

/** What is done about a report by its intake card. */
type Deed = 'dispatched' | 'joined';

/**
 * Takes what the intake card says of the report now shown, all by keys: what it is not sure of, the first choice of
 * it, as somebody does who has read the words.
 */
async function decide(page: Page): Promise<Deed> {
  const number = await page.getByRole('heading', { name: /^\d{14}$/, level: 1 }).innerText();
  const card = page.getByRole('region', { name: '识别建议' });
  const take = card.getByRole('button', { name: /^(立案并派给|并入 )/ });
  await card
    .getByText(/把握不足，请核对后选择|还不能确定/)
    .or(take)
    .first()
    .waitFor();
  if (await card.getByText('把握不足，请核对后选择').isVisible()) await page.keyboard.press('q');
  if (await card.getByRole('button', { name: / Z$/ }).isVisible()) await page.keyboard.press('z');
  await take.waitFor();
  const isJoin = (await take.innerText()).startsWith('并入');
  await page.keyboard.press('a');
  await page.getByRole('heading', { name: number, level: 1 }).waitFor({ state: 'detached' });
  return isJoin ? 'joined' : 'dispatched';
}

it('clears three hundred orders by keyboard in under ten minutes', async () => {
  const page = await signInAs(people, 'desk');
  const { sites } = (await (await page.request.get(`/api/${district}/directory`)).json()) as {
    sites: Place[];
  };
  await page.goto('/admin/understanding');
  await page.getByRole('heading', { name: '在用版本' }).waitFor({ timeout: 180_000 });
  const began = Date.now();
  await upload(page, '晨间工单.csv', morningOrders(sites, 300));
  await page.getByText('139****00').first().waitFor();
  expect(await page.getByText('13900001000').count()).toBe(0);
  await apply(page, 300);
  const done: Record<Deed, number> = { dispatched: 0, joined: 0 };
  const rounds = page.getByRole('table', { name: '来件' }).getByRole('link', { name: /^\d{14}$/ });
  while (done.dispatched + done.joined < 300) {
    await page.goto('/desk/reports?channel=hotline&words=GD2026');
    await rounds.first().waitFor();
    const waiting = await rounds.count();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    for (let n = 0; n < waiting; n++) done[await decide(page)] += 1;
  }
  const minutes = (Date.now() - began) / 60_000;
  expect(done.joined).toBeGreaterThan((300 / oneAgainIn) * 0.8);
  expect(minutes).toBeLessThan(10);
  await page.goto('/desk/reports?channel=hotline&words=GD2026');
  await page.getByText('没有待受理的来件').waitFor();
}, 660_000);

const head = '工单编号,来电时间,诉求类型,来电人姓名,联系电话,事发地址,诉求内容,紧急程度';
const line = (n: number, kind: string): string =>
  `QS${n},2026-03-04 09:15,${kind},王小明,13800010000,学府路 ${n} 号,楼前路灯坏了三天，晚上看不见路,一般`;
const someOrders = [head, ...[1, 2, 3].map((n) => line(n, '投诉')), line(9, '表扬')].join('\r\n');

it('refuses what it cannot read in words, knows a file again, and takes it back', async () => {
  const page = await signInAs(people, 'desk');
  await upload(page, '补报.csv', someOrders);
  await page
    .getByText(/^诉求类型的这个词还没有对照，请在列对照里选择/)
    .first()
    .waitFor();
  await apply(page, 3);
  await upload(page, '补报.csv', someOrders);
  await page.getByText('没有新的或变更的工单，无需导入').waitFor();
  await page.getByRole('link', { name: '补报.csv' }).last().click();
  await page.getByRole('button', { name: '撤销本次导入' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销导入' }).click();
  await page.getByText('3 已撤回').waitFor();
});
