/**
 * Sheets of deputies and patrons 代班、包街包片: one row to a record. What has ended is never taken up again by
 * a sheet: a row that says the same anew is a new record. Sources: issue 4-3, 4-6.
 */
import { plainView, type Flat, type Sheet, type Value } from './sheet.ts';
import { dayColumn, idColumn, namedColumn, textColumn } from './sheetColumn.ts';

const words = (value: unknown): string => (typeof value === 'string' ? value : '');

/** By its number; a row without one is the record in force that is the same in `fields`, else a new one. */
const byIdOr = (...fields: string[]) => {
  const natural = (flat: Flat): string =>
    fields.map((field) => JSON.stringify(flat[field] ?? null)).join(' ');
  return {
    keyOf: (flat: Flat): string => words(flat.id) || natural(flat),
    keysOf: (value: Value): readonly string[] =>
      value.status === 'retired' ? [words(value.id)] : [words(value.id), natural(value)],
    inputOf: ({ id: _id, status: _status, ...rest }: Value): Record<string, unknown> => rest,
  };
};

const id = idColumn('id', '编号', {
  explain: '系统给的编号，修改时请保留，新增的行留空',
  isKey: true,
});

const deputyColumns = ['id', 'postId', 'deputyPostId', 'fromDay', 'toDay', 'note'];

export const deputySheet: Sheet = {
  name: 'deputy',
  title: '代班',
  explain: [
    '一行一次代班。表格里只能改最后一天；换人或改第一天的，先在页面上结束原来的代班，再写新的一行。',
    '三员岗位不能代班；代班最长 180 天；同一岗位的代班日期不能重叠。',
  ],
  columns: [
    id,
    namedColumn('postId', '被代的岗位', 'post', {
      explain: '登录名加岗位名称，从下拉中选择',
      isRequired: true,
      width: 36,
    }),
    namedColumn('deputyPostId', '代班人（岗位）', 'post', {
      explain: '登录名加岗位名称，从下拉中选择；须与被代的岗位同在一条线',
      isRequired: true,
      width: 36,
    }),
    dayColumn('fromDay', '第一天', { explain: '如 2026-10-01', isRequired: true }),
    dayColumn('toDay', '最后一天', { explain: '当天仍代班，如 2026-10-08', isRequired: true }),
    textColumn('note', '说明', { explain: '不超过 100 字，可留空', width: 28 }),
  ],
  views: [
    plainView('deputy', deputyColumns, {
      ...byIdOr('postId', 'deputyPostId', 'fromDay'),
      fields: [...deputyColumns, 'status'],
      labelOf: ({ postId, deputyPostId, fromDay }, names) =>
        `${names.post.labelOf(words(deputyPostId)) ?? ''} 代 ${names.post.labelOf(words(postId)) ?? ''}（${words(fromDay)} 起）`,
    }),
  ],
};

const patronColumns = ['id', 'areaCode', 'name', 'title', 'personId', 'fromDay', 'toDay'];

export const patronSheet: Sheet = {
  name: 'patron',
  title: '包街包片',
  explain: [
    '一行一位领导包一个区域。表格里可以改职务和结束日期；换人或换区域的写成新的一行，原来的一行删去并在预览时勾选停用。',
  ],
  columns: [
    id,
    namedColumn('areaCode', '所包区域', 'area', { explain: '区域代码', isRequired: true }),
    textColumn('name', '姓名', { explain: '不超过 30 字', isRequired: true }),
    textColumn('title', '职务', { explain: '不超过 40 字', isRequired: true, width: 24 }),
    namedColumn('personId', '账号', 'person', { explain: '登录名，没有账号的留空' }),
    dayColumn('fromDay', '开始日期', { explain: '如 2026-10-01', isRequired: true }),
    dayColumn('toDay', '结束日期', { explain: '当天仍包片，长期的留空' }),
  ],
  views: [
    plainView('patron', patronColumns, {
      ...byIdOr('areaCode', 'name', 'fromDay'),
      fields: [...patronColumns, 'status'],
      labelOf: ({ areaCode, name }, names) =>
        `${words(name)} ${names.area.labelOf(words(areaCode)) ?? words(areaCode)}`,
    }),
  ],
};
