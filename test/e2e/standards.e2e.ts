/**
 * The standards of a district over time: a sheet that goes out, is refused, comes back and is taken back; and
 * a limit that holds from tomorrow, lived through by stopping the program today and starting it a day later.
 */
import ExcelJS from 'exceljs';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { leave, pick, sees, signInAs } from './person.ts';
import { openDay } from './day.ts';
import { openByNumber, raiseIssue } from './steps.ts';

const people = openDay();

/** A row of the matrix by column title. */
type Line = Record<string, string>;

const sheetTitle = '责任分解表';
const codeTitle = '规则号';

/** Downloads the sheet as it is now, as a workbook. */
async function download(page: Page): Promise<ExcelJS.Workbook> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '下载 XLSX' }).click(),
  ]);
  return new ExcelJS.Workbook().xlsx.readFile(await file.path());
}

/** The sheet of a workbook and where each column stands; the mark of a required one is not its title. */
function sheetOf(book: ExcelJS.Workbook): { page: ExcelJS.Worksheet; at: Map<string, number> } {
  const page = book.getWorksheet(sheetTitle);
  if (!page) throw new Error(`the workbook has no sheet ${sheetTitle}`);
  const at = new Map<string, number>();
  page.getRow(1).eachCell((cell, column) => at.set(cell.text.replace('*', ''), column));
  return { page, at };
}

/** Writes cells of one row. */
function put(book: ExcelJS.Workbook, row: number, line: Line): void {
  const { page, at } = sheetOf(book);
  for (const [title, words] of Object.entries(line)) {
    const column = at.get(title);
    if (!column) throw new Error(`the sheet has no column ${title}`);
    page.getRow(row).getCell(column).value = words;
  }
}

/** Writes a row below the last one; its number, as the spreadsheet counts. */
function append(book: ExcelJS.Workbook, line: Line): number {
  const row = sheetOf(book).page.rowCount + 1;
  put(book, row, line);
  return row;
}

/** Where a rule stands in the sheet. */
function rowOf(book: ExcelJS.Workbook, code: string): number {
  const { page, at } = sheetOf(book);
  const row = page
    .getRows(1, page.rowCount)
    ?.find((each) => each.getCell(at.get(codeTitle) ?? 1).text === code);
  if (!row) throw new Error(`the sheet has no rule ${code}`);
  return row.number;
}

async function upload(page: Page, book: ExcelJS.Workbook, name: string): Promise<void> {
  const buffer = Buffer.from(await book.xlsx.writeBuffer());
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  await page.getByLabel(`${sheetTitle}表格文件`).setInputFiles({ name, mimeType, buffer });
  await page.getByRole('heading', { name: `${sheetTitle}：${name}` }).waitFor();
}

/** How many rows of each kind the preview counts. */
async function countsOf(page: Page): Promise<Line> {
  const links = page.getByRole('navigation', { name: '预览的各部分' }).getByRole('link');
  await links.first().waitFor();
  const words = await links.allInnerTexts();
  return Object.fromEntries(
    words.map((text) => [text.replace(/[\d\s]/g, ''), text.replace(/\D/g, '')]),
  );
}

/** The row of a rule in the matrix. */
async function ruleRow(page: Page, code: string, state = ''): Promise<Locator> {
  await page.goto(`/admin/duty${state}`);
  const table = page.getByRole('table', { name: sheetTitle });
  await table.waitFor();
  return table
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: code, exact: true }) });
}

/** Sees that a rule names a unit, as the matrix stands now. */
const namesUnit = async (page: Page, code: string, unit: string): Promise<void> =>
  sees(await ruleRow(page, code), unit);

/** Opens the sheet of the matrix on the page of all sheets. */
async function openSheet(page: Page): Promise<void> {
  await page.getByRole('link', { name: '表格', exact: true }).click();
  await pick(page, '表格种类', sheetTitle);
  await page.getByText(`把改好的${sheetTitle}表格拖到这里`).waitFor();
}

const byEnforce = { 责任单位的确定: '指定单位', 责任单位: 'enforce 区城管执法局' };

it('refuses a sheet with all its wrong rows, applies the mended one and takes it back', async () => {
  const page = await signInAs(people, 'sysadmin');
  await namesUnit(page, '5', '区城管执法局');
  await openSheet(page);
  const book = await download(page);
  put(book, rowOf(book, '5'), { 责任单位: 'clean' });
  append(book, { ...byEnforce, [codeTitle]: '901', 类别: 'E0107' });
  const unknown = { ...byEnforce, 责任单位: '区拆违办' };
  const noUnit = append(book, { ...unknown, [codeTitle]: '902', 类别: 'E0101' });
  const noWay = append(book, { 责任单位: 'enforce', [codeTitle]: '903', 类别: 'E0102' });
  const noCode = append(book, { ...byEnforce, [codeTitle]: '规904', 类别: 'E0103' });
  await upload(page, book, '责任分解表-初稿.xlsx');
  expect(await countsOf(page)).toMatchObject({ 新增: '1', 变更: '1', 缺失: '0', 拒绝: '3' });
  const refused = await page.getByRole('table', { name: '预览的内容' }).getByRole('row').all();
  const [, ...lines] = await Promise.all(refused.map((row) => row.innerText()));
  expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    [String(noUnit), '责任单位'],
    [String(noWay), '责任单位的确定'],
    [String(noCode), codeTitle],
  ]);
  expect(lines[0]).toContain('902 E0101\t没有“区拆违办”这个单位，请填代码或从下拉中选择');
  expect(lines[1]).toContain('903 E0102\t请填写责任单位的确定');
  expect(lines[2]).toContain('规904 号规则\t规则号为 1 至 6 位数字');
  await sees(page, '有 3 处被拒，请在文件里改正后重新上传；一处不对，全部不写入');
  expect(await page.getByRole('button', { name: /^应用/ }).count()).toBe(0);

  await page.getByRole('link', { name: '换一个文件' }).click();
  put(book, noUnit, { 责任单位: 'enforce' });
  put(book, noWay, { 责任单位的确定: '指定单位' });
  put(book, noCode, { [codeTitle]: '904' });
  await upload(page, book, '责任分解表-定稿.xlsx');
  expect(await countsOf(page)).toMatchObject({ 新增: '4', 变更: '1', 缺失: '0', 拒绝: '0' });
  await sees(page.getByRole('row').filter({ hasText: '5 号规则' }), '区环卫中心');
  await page.getByRole('button', { name: '应用（新增 4、变更 1、停用 0）' }).click();
  await sees(page, '已应用，全部写入');
  await namesUnit(page, '5', '区环卫中心');
  await namesUnit(page, '901', '区城管执法局');

  await openSheet(page);
  await page.getByRole('link', { name: '责任分解表-定稿.xlsx' }).click();
  await page.getByRole('button', { name: '撤销本次导入' }).click();
  await page.getByRole('button', { name: '撤销导入', exact: true }).click();
  await sees(page, '已撤销');
  await namesUnit(page, '5', '区城管执法局');
  expect(await (await ruleRow(page, '901')).count()).toBe(0);
  await sees(await ruleRow(page, '901', '?state=ended'), '区城管执法局');
  const ended = await (await ruleRow(page, '5', '?state=ended')).allInnerTexts();
  expect(ended).toHaveLength(2);
  expect(ended[0]).toContain('区城管执法局');
  expect(ended[1]).toContain('区环卫中心');
});

/** How the time for rectifying the issue now shown came about, and under which standard. */
async function rectifyWords(page: Page): Promise<string> {
  const clocks = page.getByRole('region', { name: '时限' });
  const steps = clocks.getByText(/^派单 .* 工作日/);
  const basis = clocks.getByText(/^依据：乱堆物堆料/);
  return `${await steps.innerText()}\n${await basis.innerText()}`;
}

it('keeps the deadline of an issue when the limit of its category changes the next day', async () => {
  const admin = await signInAs(people, 'sysadmin');
  await admin.goto('/admin/categories?words=乱堆物堆料');
  await admin.getByRole('link', { name: 'E0136' }).click();
  await admin.getByRole('button', { name: '修订为本区标准' }).click();
  const drawer = admin.getByRole('dialog', { name: '修订为本区标准' });
  await drawer.getByRole('spinbutton', { name: '第 1 条时限数值' }).fill('3');
  await drawer.getByRole('radio', { name: /^从指定日 0 时起生效/ }).check();
  await drawer.getByRole('button', { name: '保存为新版本' }).click();
  await sees(admin, '已保存为新版本');
  const coming = admin.getByRole('region', { name: /^本区版本/ });
  await sees(coming, '将生效');
  await sees(coming, '3工作日');
  await leave(admin);

  const today = await signInAs(people, 'desk');
  const first = await raiseIssue(today, '便道上堆着拆下来的门窗', '乱堆物堆料', '区城管执法局');
  const before = await rectifyWords(today);
  expect(before).toContain(' → 1 工作日');
  expect(before).toContain('基础标准');
  await leave(today);

  await people.restart(24);
  const tomorrow = await signInAs(people, 'desk');
  await raiseIssue(tomorrow, '便道上堆着水泥袋', '乱堆物堆料', '区城管执法局');
  const after = await rectifyWords(tomorrow);
  expect(after).toContain(' → 3 工作日');
  expect(after).toContain('本区标准');
  await openByNumber(tomorrow, '/desk/issues', first);
  expect(await rectifyWords(tomorrow)).toBe(before);
});
