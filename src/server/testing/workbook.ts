/** Workbooks for tests: made cell by cell, read back, and bent in the ways that real files are. */
import ExcelJS from 'exceljs';

export type Cells = (string | number | boolean | Date | ExcelJS.CellFormulaValue | null)[][];

/** A workbook with one worksheet; `bend` does to it what a test is about. */
export async function workbookOf(
  title: string,
  rows: Cells,
  bend: (page: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void = () => undefined,
): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const page = book.addWorksheet(title);
  for (const row of rows) page.addRow(row);
  bend(page, book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** The texts of the first worksheet, as another program reads them. */
export async function textsOf(bytes: Buffer): Promise<string[][]> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  const [page] = book.worksheets;
  const rows: string[][] = [];
  page?.eachRow((row) => {
    const cells = Array.from({ length: page.columnCount }, (_, at) => row.getCell(at + 1).text);
    rows.push(cells);
  });
  return rows;
}
