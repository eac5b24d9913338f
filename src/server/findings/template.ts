/**
 * Template 模板: an empty table of findings with two rows of example, and the zip of photos they name, to be filled in
 * and brought back. Source: issue 5-4.
 */
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import ExcelJS from 'exceljs';
import {
  FindingField,
  findingFieldHints,
  findingFieldLabels,
} from '../../domain/findingColumns.ts';
import { addDays, localDay, type Moment } from '../../domain/moment.ts';
import type { MasterData } from '../masterData.ts';
import { drawPicture, pictureSubjects } from '../demoPictures.ts';
import { areaName } from '../queries/names.ts';

const photoNames = ['001-1.jpg', '001-2.jpg', '002-1.jpg'] as const;

type Line = Partial<Record<FindingField, string>>;

/** Examples at a site of this district, if it has one. */
function examples(master: MasterData, now: Moment): Line[] {
  const day = addDays(localDay(now), -1);
  const site = [...master.sites.values()].find(({ status }) => status === 'active');
  const category = master.categoriesAt(now)[0]?.name ?? '';
  const where: Line = site
    ? { site: site.name, area: areaName(master, site.areaCode) }
    : { address: '学府路 8 号门前' };
  return [
    {
      number: `CP${day.replaceAll('-', '')}001`,
      foundAt: `${day} 08:30`,
      ...where,
      item: '地面干净，无垃圾杂物',
      words: '门前有烟头和纸屑',
      measure: '3',
      measureUnit: '处',
      category,
      photos: `${photoNames[0]}；${photoNames[1]}`,
    },
    {
      number: `CP${day.replaceAll('-', '')}002`,
      foundAt: `${day} 08:50`,
      ...where,
      item: '车辆停放有序',
      words: '非机动车占压盲道',
      measure: '5',
      measureUnit: '辆',
      photos: photoNames[2],
    },
  ];
}

/** The table, every cell text, so that no zero is lost. */
export async function templateTable(master: MasterData, now: Moment): Promise<Buffer> {
  const stream = new PassThrough();
  const done = buffer(stream);
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const fields = FindingField.options;
  const page = book.addWorksheet('测评发现', { views: [{ state: 'frozen', ySplit: 1 }] });
  page.columns = fields.map((field) => ({
    width: ['words', 'item', 'photos'].includes(field) ? 30 : 16,
    style: { numFmt: '@' },
  }));
  const head = page.addRow(fields.map((field) => findingFieldLabels[field]));
  head.font = { bold: true };
  head.commit();
  for (const line of examples(master, now))
    page.addRow(fields.map((field) => line[field] ?? null)).commit();
  page.commit();
  const notes = book.addWorksheet('说明');
  notes.columns = [{ width: 16 }, { width: 80 }];
  for (const field of fields)
    notes.addRow([findingFieldLabels[field], findingFieldHints[field]]).commit();
  notes
    .addRow(['照片', '把照片放进一个 ZIP 压缩包，与表格一起上传；两行示例请删去后填写。'])
    .commit();
  notes.commit();
  await book.commit();
  return done;
}

/** The photos the two rows name: small drawings. */
export async function templatePhotos(): Promise<Buffer> {
  const files = photoNames.map(async (name, n) => {
    const subject = pictureSubjects[n % pictureSubjects.length] ?? '';
    return { name, bytes: await drawPicture(subject, 'before', n + 1) };
  });
  return zipOfFiles(await Promise.all(files));
}

/** A zip of files as they are, not packed: photos are packed already. Names in UTF-8. */
export function zipOfFiles(files: readonly { name: string; bytes: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    parts.push(Buffer.from('PK\u0003\u0004'), common, title, bytes);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\0'), common, rest, title);
    at += 30 + title.length + bytes.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, list, Buffer.from('PK\u0005\u0006'), end]);
}
