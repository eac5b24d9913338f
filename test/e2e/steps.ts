/** Steps of the loop as each person takes them, from one page to the words that say it is done. */
import type { Locator, Page } from 'playwright-core';
import { choose, district, leave, pick, sees, signInAs, takePhoto, type SignIn } from './person.ts';

/** The form of an action, in its drawer. */
export const form = (page: Page): Locator => page.getByRole('dialog');

/** Presses the form's own button and waits until the product says that it is done. */
export async function send(page: Page, label: string): Promise<void> {
  await form(page)
    .getByRole('button', { name: new RegExp(`^${label}`) })
    .click();
  await page.getByText(`已${label}`, { exact: true }).first().waitFor();
  await form(page).waitFor({ state: 'hidden' });
}

/** Opens the form of an action by its button on the page. */
export async function open(page: Page, label: string): Promise<Locator> {
  await page
    .getByRole('button', { name: new RegExp(`^${label}( ?[A-Z])?$`) })
    .filter({ visible: true })
    .first()
    .click();
  await form(page).waitFor();
  return form(page);
}

/** Opens a record of a list by its number. */
export async function openByNumber(page: Page, path: string, number: string): Promise<void> {
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}words=${number}`);
  await page.getByRole('link', { name: number }).first().click();
  await page.getByRole('heading', { name: number, level: 1 }).waitFor();
}

/** Waits for the mark of the status beside the number. */
export const hasStatus = (page: Page, label: string): Promise<void> =>
  page.getByRole('main').getByText(label, { exact: true }).first().waitFor();

export interface Receipt {
  number: string;
  code: string;
}

/** A citizen on a phone tells of a problem and takes the receipt home. */
export async function reportAsCitizen(page: Page, words: string): Promise<Receipt> {
  await page.goto(`/c/${district}`);
  await page.getByRole('textbox', { name: '发生了什么' }).fill(words);
  await page
    .getByLabel('现场照片')
    .locator('input')
    .setInputFiles(await takePhoto());
  await page.getByRole('combobox', { name: '街道、乡镇' }).selectOption({ label: '云杉街道' });
  await page.getByRole('combobox', { name: '社区、村' }).selectOption({ label: '银杏里社区' });
  await page.getByRole('textbox', { name: '地址' }).fill('银杏里胡同 9 号门前');
  await page.getByRole('textbox', { name: '电话' }).fill('13800138000');
  await page.getByRole('button', { name: '提交' }).click();
  const slip = page.getByRole('region', { name: '回执' });
  await slip.getByRole('definition').first().waitFor();
  const [number = '', code = ''] = await slip.getByRole('definition').allInnerTexts();
  return { number: number.trim(), code: code.trim() };
}

/** What the page of following says about a report. */
export async function follow(page: Page, { number, code }: Receipt): Promise<Locator> {
  await page.goto(`/c/${district}/follow`);
  await page.getByRole('textbox', { name: '编号' }).fill(number);
  await page.getByRole('textbox', { name: '查询码' }).fill(code);
  await page.getByRole('button', { name: '查询' }).click();
  const found = page.getByRole('main');
  await sees(found, `编号 ${number}`);
  return found;
}

/** Accepts the report now shown, and leaves the form of dispatching open; the number of the new issue. */
export async function accept(page: Page, category: string): Promise<string> {
  await choose(page, '类别', category);
  await page.getByRole('button', { name: /^立案并派单/ }).click();
  await page.waitForURL(/\/desk\/issues\//);
  await form(page).waitFor();
  return (await page.getByRole('heading', { level: 1 }).innerText()).trim();
}

/** Fills the open form of dispatching and sends it. */
export async function dispatchTo(page: Page, unit: string): Promise<void> {
  await choose(form(page), '主办单位', unit);
  await send(page, '派单');
  await hasStatus(page, '待领办');
}

/** Words, a photo, sent: the unit says that it is put right. */
export async function rectify(page: Page, words: string): Promise<void> {
  const drawer = await open(page, '整改完成');
  await drawer.getByRole('textbox', { name: '整改情况' }).fill(words);
  await drawer.getByLabel('整改后照片').setInputFiles(await takePhoto());
  await sees(drawer, '已上传');
  await send(page, '整改完成');
}

/** A verifier on a phone opens the task by its words and gives the verdict with a fresh photo. */
export async function verify(
  people: SignIn,
  login: string,
  task: string,
  verdict: '通过' | '不通过',
  words: string,
): Promise<void> {
  const page = await signInAs(people, login, 'phone');
  await page.getByRole('link', { name: '待我复查' }).click();
  await page.getByRole('link', { name: task }).click();
  await page.getByRole('heading', { name: '现场复查' }).waitFor();
  await sees(page, '请现场拍一张复查照片');
  await page
    .getByLabel('现场新拍照片')
    .locator('input')
    .setInputFiles(await takePhoto());
  await page.getByRole('button', { name: verdict, exact: true }).click();
  await page
    .getByRole('textbox', { name: verdict === '通过' ? '复查情况' : '不通过原因' })
    .fill(words);
  await page.getByRole('button', { name: `送出：${verdict}` }).click();
  await sees(page, '复查结果已送达');
  await leave(page);
}

/** The desk enters a call of the hotline; the page of the report is open afterwards. */
export async function enterReport(
  page: Page,
  words: string,
  { area, address } = { area: '银杏里社区', address: '银杏里胡同' },
): Promise<string> {
  await page.goto('/desk/reports/new');
  await page.getByRole('textbox', { name: '问题描述' }).fill(words);
  await choose(page, '所属区域', area);
  await page.getByRole('textbox', { name: '地址' }).fill(address);
  await page.getByRole('button', { name: /^上报/ }).click();
  await page.waitForURL(/\/desk\/reports\/[0-9a-f-]{36}/);
  await page
    .getByRole('heading', { level: 1 })
    .filter({ hasText: /^\d{14}$/ })
    .waitFor();
  return (await page.getByRole('heading', { level: 1 }).innerText()).trim();
}

/** An issue as the desk raises it from a call, dispatched to a unit. */
export async function raiseIssue(
  page: Page,
  words: string,
  category: string,
  unit: string,
): Promise<string> {
  await enterReport(page, words);
  const number = await accept(page, category);
  await dispatchTo(page, unit);
  return number;
}

/** The system administrator enters a person. */
export async function addPerson(page: Page, name: string, login: string): Promise<void> {
  await page.goto('/admin/persons');
  const drawer = await open(page, '新增人员');
  await drawer.getByRole('textbox', { name: '姓名' }).fill(name);
  await drawer.getByRole('textbox', { name: '登录名' }).fill(login);
  await send(page, '新增人员');
}

/** The security administrator gives a person a first password, shown once. */
export async function givePassword(page: Page, login: string): Promise<string> {
  await page.goto(`/admin/persons?words=${login}`);
  await page
    .getByRole('row')
    .filter({ hasText: login })
    .getByRole('button', { name: '重置密码' })
    .click();
  await form(page)
    .getByRole('button', { name: /^重置密码/ })
    .click();
  const shown = page.getByRole('dialog', { name: '新密码只显示这一次' });
  const password = (await shown.getByRole('code').innerText()).trim();
  await shown.getByRole('button', { name: '关闭' }).click();
  return password;
}

/** The administrators of the demo district enter a person and give the first password. */
export async function firstPassword(people: SignIn, name: string, login: string): Promise<string> {
  const system = await signInAs(people, 'sysadmin');
  await addPerson(system, name, login);
  await leave(system);
  const security = await signInAs(people, 'secadmin');
  const password = await givePassword(security, login);
  await leave(security);
  return password;
}

export interface Appointment {
  name: string;
  role: string;
  title: string;
  unit?: string;
  area?: string;
}

/** The security administrator, whose page this is, appoints a person to a post. */
export async function appointOn(
  page: Page,
  { name, role, title, unit, area }: Appointment,
): Promise<void> {
  await page.goto('/admin/posts');
  const drawer = await open(page, '任命岗位');
  await choose(drawer, '人员', name);
  await pick(drawer, '角色', role);
  await drawer.getByRole('textbox', { name: '岗位名称' }).fill(title);
  if (unit) await choose(drawer, '单位', unit);
  if (area) await choose(drawer, '区域', area);
  await send(page, '任命岗位');
}

/** The security administrator of the demo district appoints a person to a post. */
export async function appoint(people: SignIn, appointment: Appointment): Promise<void> {
  const page = await signInAs(people, 'secadmin');
  await appointOn(page, appointment);
  await leave(page);
}

/** Changes the first password, which lets nobody in, to the person's own; waits for the first page. */
export async function changeFirstPassword(page: Page, first: string, own: string): Promise<void> {
  await sees(page, '这是由管理员设置的初始密码，请改成只有您知道的密码后再使用。');
  await page.getByLabel('原密码').fill(first);
  await page.getByLabel('新密码', { exact: true }).fill(own);
  await page.getByLabel('再输一次新密码').fill(own);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { name: '修改密码' }).waitFor({ state: 'detached' });
}

export async function typeSignIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('登录名').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** The head of the unit claims an issue of the list. */
export async function headClaims(people: SignIn, number: string): Promise<Page> {
  const page = await signInAs(people, 'head');
  const row = page.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: '领办' }).click();
  await sees(page, '已领办，请在时限内整改');
  await page.getByRole('link', { name: number }).click();
  await hasStatus(page, '整改中');
  await open(page, '指派经办人');
  const box = form(page).getByRole('combobox', { name: '经办人' });
  await box.fill('孙小雨');
  await box.press('Enter');
  await send(page, '指派经办人');
  return page;
}

/** The officer, on a phone, puts right what was assigned. */
export async function officerRectifies(
  people: SignIn,
  number: string,
  words: string,
): Promise<void> {
  const page = await signInAs(people, 'officer', 'phone');
  await page.getByRole('link', { name: number }).click();
  await hasStatus(page, '整改中');
  await rectify(page, words);
  await openByNumber(page, '/unit/issues?status=all', number);
  await hasStatus(page, '待送核');
  await leave(page);
}

/** The desk sends it to a grid worker to verify. */
export async function deskSendsToVerify(people: SignIn, number: string): Promise<void> {
  const page = await signInAs(people, 'desk');
  await openByNumber(page, '/desk/issues?status=rectified', number);
  const drawer = await open(page, '送复查');
  await drawer.getByRole('radio', { name: /郭小川/ }).check();
  await send(page, '送复查');
  await openByNumber(page, '/desk/issues?status=verifying', number);
  await hasStatus(page, '复查中');
  await leave(page);
}

/** The desk closes what has passed; the page of the issue stays open. */
export async function deskCloses(people: SignIn, number: string): Promise<Page> {
  const page = await signInAs(people, 'desk');
  await openByNumber(page, '/desk/issues?status=passed', number);
  await open(page, '结案');
  await send(page, '结案');
  await openByNumber(page, '/desk/issues?status=closed', number);
  await hasStatus(page, '已结案');
  return page;
}

/** The desk answers a report whose issue is closed. */
export async function deskAnswers(page: Page, number: string, answer: string): Promise<void> {
  await openByNumber(page, '/desk/reports?status=toAnswer', number);
  const drawer = await open(page, '答复');
  await drawer.getByRole('textbox', { name: '答复内容' }).fill(answer);
  await send(page, '答复');
}
