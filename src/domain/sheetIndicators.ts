/**
 * Sheets of catalogs 测评指标、工单分类: one row to an indicator, one to a class of a sender's orders with a column for
 * each of its levels. What comes back is a new version. Source: issue 5-5.
 */
import { indicatorMethodLabels } from './indicator.ts';
import { classCode, classWords } from './orderClass.ts';
import { plainView, type Flat, type Sheet } from './sheet.ts';
import { choiceColumn, codeColumn, textColumn, wordsColumn, type Column } from './sheetColumn.ts';
import { sources } from './sheetStandards.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const methodWords = Object.values(indicatorMethodLabels);

const plainMethods = wordsColumn('methods', '测评方法', {
  explain: `用顿号分开，可为${methodWords.join('、')}`,
  width: 24,
});

const methodsColumn: Column = {
  ...plainMethods,
  read: (words, names) => {
    const read = plainMethods.read(words, names);
    if ('problem' in read) return read;
    const found = (read.value as string[]).map(
      (word) => Object.entries(indicatorMethodLabels).find(([, label]) => label === word)?.[0],
    );
    return found.every((method) => method !== undefined)
      ? { value: found }
      : { problem: `须为${methodWords.join('、')}，用顿号分开` };
  },
  write: (value) =>
    Array.isArray(value)
      ? value.map((method) => indicatorMethodLabels[method as 'onSite']).join('、')
      : '',
};

export const indicatorSheet: Sheet = {
  name: 'indicator',
  title: '测评指标',
  explain: [
    '一行一条指标，上级编号连成测评项目、指标、内容、标准的树；同一体系各年的版本分开编号。',
    '修改只生成新版本。参考小类只供提出对应，复核后才生效。',
  ],
  columns: [
    codeColumn('code', '指标编号', { explain: '不超过 40 字', isKey: true, isRequired: true }),
    textColumn('name', '名称', { explain: '不超过 200 字', isRequired: true, width: 48 }),
    textColumn('edition', '测评体系版本', { explain: '如 2021版', isRequired: true }),
    codeColumn('parentCode', '上级编号', { explain: '最上一级留空' }),
    methodsColumn,
    wordsColumn('siteTypes', '点位类型', { explain: '用顿号分开，可留空', width: 32 }),
    wordsColumn('categoryCodes', '参考小类', { explain: '类别代码，用顿号分开，可留空' }),
    choiceColumn('sourceFlag', '出处', sources, { isRequired: true }),
  ],
  views: [
    plainView(
      'indicator',
      [
        'code',
        'name',
        'edition',
        'parentCode',
        'methods',
        'siteTypes',
        'categoryCodes',
        'sourceFlag',
      ],
      {
        keyOf: ({ code }) => text(code),
        keysOf: ({ code }) => [text(code)],
        labelOf: ({ code, name }) => `${text(code)} ${text(name)}`,
      },
    ),
  ],
};

const levelKeys = ['level1', 'level2', 'level3', 'level4', 'level5'];
const levelTitles = ['一级分类', '二级分类', '三级分类', '四级分类', '五级分类'];

const levelsIn = (flat: Flat): string[] => {
  const words = classWords(levelKeys.map((key) => text(flat[key])));
  return words === '' ? [] : words.split(' / ');
};

const keyOfClass = (flat: Flat): string =>
  classCode(text(flat.senderCode), levelsIn(flat).join(' / '));

export const orderClassSheet: Sheet = {
  name: 'orderClass',
  title: '工单分类',
  explain: [
    '一行一个分类，照来源单位自己的叫法逐级填写；用得着几级填几级。',
    '来源单位须先登记；各级写在一格里、用 / 分开的，与分格填写相同。',
  ],
  columns: [
    codeColumn('senderCode', '来源单位代码', { isKey: true, isRequired: true }),
    ...levelKeys.map((key, n) =>
      textColumn(key, levelTitles[n] ?? '', {
        explain: n === 0 ? '不超过 60 字' : '没有则留空',
        isKey: true,
        isRequired: n === 0,
        width: 22,
      }),
    ),
    textColumn('explain', '分类说明', { explain: '可留空，供比对类别', width: 40 }),
  ],
  views: [
    plainView('orderClass', ['senderCode', ...levelKeys, 'explain'], {
      fields: ['code', 'senderCode', 'levels', 'explain'],
      keyOf: keyOfClass,
      keysOf: ({ code }) => [text(code)],
      labelOf: ({ code }) => text(code),
      split: ({ senderCode, levels, explain }) => [
        {
          senderCode,
          ...Object.fromEntries(
            levelKeys.map((key, n) => [key, (levels as string[] | null)?.[n] ?? null]),
          ),
          explain,
        },
      ],
      join: ([flat = {}]) => ({
        value: {
          code: keyOfClass(flat),
          senderCode: flat.senderCode,
          levels: levelsIn(flat),
          explain: flat.explain,
        },
      }),
    }),
  ],
};
