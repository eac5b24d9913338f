/**
 * Sheets of standards 类别、时限参数、日历: a category has one row for each filing condition, a setting one for
 * each urgency, a year one for each special day and each season of working hours. What comes back is a new
 * version; what the sheet does not show stays as it is. Source: issue 4-1, 4-5, 4-6.
 */
import { urgencyLabels, type Urgency } from './channel.ts';
import type { Condition } from './condition.ts';
import { plainView, type Flat, type Sheet, type Value } from './sheet.ts';
import {
  choiceColumn,
  codeColumn,
  limitColumn,
  limitWords,
  numberColumn,
  readTimeLimit,
  textColumn,
  wordsColumn,
  yesNoColumn,
  type Column,
  type Read,
} from './sheetColumn.ts';
import { settingLabels, type SettingCode } from './setting.ts';
import { settingForms } from './settingWords.ts';
import { timeLimitText, type TimeLimit } from './timeLimit.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

type Stage = NonNullable<Condition['stages']>[number];
type GradeLimit = NonNullable<Condition['limitsByGrade']>[number];

const stageText = ({ name, limit }: Stage): string => `${name}：${timeLimitText(limit)}`;

/** “停工：4工作时；处罚：3工作日”. */
function readStages(words: string): Stage[] | undefined {
  const stages = words.split(/[;；\n]/).flatMap((part) => {
    if (part.trim() === '') return [];
    const [name = '', limit = ''] = part.split(/[:：]/);
    return [{ name: name.trim(), limit: readTimeLimit(limit) }];
  });
  return stages.every((stage): stage is Stage => stage.limit !== undefined && stage.name !== '')
    ? stages
    : undefined;
}

const stagesProblem = `须为“阶段：时限”，多个用分号分开，如 停工：4工作时；拆除：5工作日；单位为${limitWords}`;

const stagesColumn: Column = {
  ...textColumn('stages', '阶段时限', {
    explain: '分几步办的写“阶段：时限”，用分号分开，如 停工：4工作时；处罚：3工作日；没有则留空',
    isPart: true,
    width: 32,
  }),
  read: (words): Read => {
    const value = readStages(words);
    return value ? { value } : { problem: stagesProblem };
  },
  write: (value) => (Array.isArray(value) ? (value as Stage[]).map(stageText).join('；') : ''),
};

const gradeText = ({ grade, limit, stages }: GradeLimit): string =>
  `${grade}=${timeLimitText(limit)}${stages?.length ? `（${stages.map(stageText).join('；')}）` : ''}`;

/** “A=2工作时 | B=4工作时（停工：1工作时）”. */
function readGrade(part: string): GradeLimit | undefined {
  const found = /^([^=＝]+)[=＝]([^（(]+)(?:[（(](.*)[)）])?$/s.exec(part.trim());
  const limit = readTimeLimit(found?.[2] ?? '');
  const stages = found?.[3] === undefined ? undefined : readStages(found[3]);
  if (!found || !limit || (found[3] !== undefined && !stages)) return undefined;
  return { grade: (found[1] ?? '').trim(), limit, ...(stages ? { stages } : {}) };
}

const gradesColumn: Column = {
  ...textColumn('limitsByGrade', '分等级时限', {
    explain: '区域等级不同时限不同的写“等级=时限”，用 | 分开，如 A=2工作时 | B=4工作时；没有则留空',
    isPart: true,
    width: 32,
  }),
  read: (words): Read => {
    const value = words.split(/[|｜]/).map(readGrade);
    return value.every((each) => each !== undefined)
      ? { value }
      : { problem: '须为“等级=时限”，多个用 | 分开，如 A=2工作时 | B=4工作时' };
  },
  write: (value) =>
    Array.isArray(value) ? (value as GradeLimit[]).map(gradeText).join(' | ') : '',
};

const severities = { A: 'A', B: 'B', C: 'C' };
export const sources = {
  SOURCED: '有出处',
  RECALLED: '待核（凭记忆）',
  DESIGN: '待核（本产品拟定）',
};

const categoryFields = [
  'code',
  'name',
  'kind',
  'majorCode',
  'majorName',
  'minorCode',
  'legacyCode',
  'isExtension',
  'dispatchRule',
  'defaultUnits',
  'keywords',
  'collectRule',
  'duplicateRadius',
  'duplicateWindow',
  'alleyTags',
  'civilityFields',
  'sourceFlag',
];

const conditionKeys = [
  'no',
  'openWhen',
  'closeWhen',
  'limit',
  'severity',
  'stages',
  'limitsByGrade',
];

/** The conditions of the rows, each with whatever else the condition of its number holds now. */
function conditionsOf(
  flats: readonly Flat[],
  before: Value | undefined,
): Record<string, unknown>[] {
  const old = (before?.conditions ?? []) as Record<string, unknown>[];
  return flats
    .map((flat) => {
      const kept = old.find(({ no }) => no === flat.no) ?? {};
      const said = Object.fromEntries(conditionKeys.map((key) => [key, flat[key]]));
      return Object.fromEntries(
        Object.entries({ ...kept, ...said }).filter(([, value]) => value !== null),
      );
    })
    .sort((a, b) => Number(a.no) - Number(b.no));
}

export const categorySheet: Sheet = {
  name: 'category',
  title: '类别',
  explain: [
    '一行一个立案条件；同一类别的各行中，类别本身的内容须相同，后面的行可以留空。',
    '修改只生成新版本，已判定的案件仍按原版本。',
    `时限写成数字加单位，单位为${limitWords}，如 4工作时。`,
  ],
  columns: [
    codeColumn('code', '类别代码', { explain: '如 E0101', isKey: true, isRequired: true }),
    textColumn('name', '名称', { explain: '不超过 60 字', isRequired: true, width: 24 }),
    choiceColumn('kind', '类型', { part: '部件', incident: '事件' }, { isRequired: true }),
    codeColumn('majorCode', '大类代码', { explain: '两位数字，如 01', isRequired: true }),
    textColumn('majorName', '大类', { isRequired: true }),
    codeColumn('minorCode', '小类代码', { explain: '不超过 3 位，可留空' }),
    codeColumn('legacyCode', '旧代码', { explain: '可留空' }),
    yesNoColumn('isExtension', '本地扩展', { explain: '是或否', isRequired: true }),
    textColumn('dispatchRule', '派遣原则', { explain: '如 先属主后属地', isRequired: true }),
    wordsColumn('defaultUnits', '常用单位', { explain: '用顿号分开', width: 24 }),
    wordsColumn('keywords', '关键词', { explain: '用顿号分开', width: 32 }),
    textColumn('collectRule', '采集要求', { explain: '可留空', width: 32 }),
    numberColumn('duplicateRadius', '重复判定半径', { explain: '米，1 至 2000', isRequired: true }),
    numberColumn('duplicateWindow', '重复判定小时', { explain: '1 至 2160', isRequired: true }),
    wordsColumn('alleyTags', '街巷标签', { explain: '用顿号分开，可留空' }),
    wordsColumn('civilityFields', '文明领域', { explain: '用顿号分开，可留空' }),
    choiceColumn('sourceFlag', '出处', sources, { isRequired: true }),
    numberColumn('no', '条件号', { explain: '1、2、3……', isPart: true, isRequired: true }),
    textColumn('openWhen', '立案条件', { isPart: true, isRequired: true, width: 40 }),
    textColumn('closeWhen', '结案条件', { isPart: true, isRequired: true, width: 32 }),
    limitColumn('limit', '处置时限', {
      explain: '数字加单位，如 4工作时',
      isPart: true,
      isRequired: true,
    }),
    choiceColumn('severity', '等级', severities, { isPart: true, isRequired: true }),
    stagesColumn,
    gradesColumn,
  ],
  views: [
    plainView('category', [...categoryFields, ...conditionKeys], {
      fields: [...categoryFields, 'conditions'],
      isMany: true,
      keyOf: ({ code }) => text(code),
      keysOf: ({ code }) => [text(code)],
      labelOf: ({ code, name }) => `${text(code)} ${text(name)}`,
      partOf: ({ no }) => `第 ${String(no as number)} 条`,
      split: ({ conditions, ...rest }) =>
        (conditions as Flat[]).map((condition) => ({ ...rest, ...condition })),
      join: (flats, before) => {
        const numbers = flats.map(({ no }) => no);
        if (new Set(numbers).size < numbers.length)
          return { problem: '同一类别的条件号不能重复，请改正' };
        const own = Object.fromEntries(categoryFields.map((key) => [key, flats[0]?.[key]]));
        return { value: { ...own, conditions: conditionsOf(flats, before) } };
      },
    }),
  ],
};

const isByUrgency = (code: string): boolean =>
  settingForms[code as SettingCode]?.form === 'byUrgency';

/** Settings that are one of a few words, as the page of settings says them. */
const settingWords: Record<string, string> = Object.assign(
  {},
  ...Object.values(settingForms).map((each) => (each.form === 'choice' ? each.choices : {})),
) as Record<string, string>;

/** A setting's number, limit or word as a cell. */
const settingText = (value: unknown): string => {
  if (value && typeof value === 'object' && 'unit' in value)
    return timeLimitText(value as TimeLimit);
  if (value === null || value === undefined) return '';
  return settingWords[String(value as string)] ?? String(value as string | number);
};

const readSetting = (words: string): unknown => {
  const limit = readTimeLimit(words);
  if (limit) return limit;
  const half = words.normalize('NFKC');
  const named = Object.keys(settingWords).find((key) => settingWords[key] === words);
  if (named) return named;
  return /^\d+(\.\d+)?$/.test(half) ? Number(half) : half;
};

export const settingSheet: Sheet = {
  name: 'setting',
  title: '时限参数',
  explain: [
    '参数由程序规定，不能新增；修改只生成新版本。',
    '受理、派单、答复时限按紧急程度各写一行，四行须齐全；其他参数一行，紧急程度留空。',
    `时限写成数字加单位，单位为${limitWords}；占比写 0 至 1 的小数。`,
  ],
  columns: [
    choiceColumn('code', '参数', settingLabels, { isKey: true, isRequired: true, width: 28 }),
    choiceColumn('urgency', '紧急程度', urgencyLabels, { isPart: true }),
    {
      ...textColumn('value', '值', {
        explain: '如 15、0.5、4工作时',
        isPart: true,
        isRequired: true,
      }),
      read: (words) => ({ value: readSetting(words) }),
      write: settingText,
    },
  ],
  views: [
    plainView('setting', ['code', 'urgency', 'value'], {
      fields: ['code', 'value'],
      isMany: true,
      keyOf: ({ code }) => text(code),
      keysOf: ({ code }) => [text(code)],
      labelOf: ({ code }) => settingLabels[text(code) as SettingCode] ?? text(code),
      partOf: ({ urgency }) => urgencyLabels[text(urgency) as Urgency] ?? '',
      split: ({ code, value }) =>
        isByUrgency(text(code))
          ? Object.keys(urgencyLabels).map((urgency) => ({
              code,
              urgency,
              value: (value as Record<string, unknown> | null)?.[urgency] ?? null,
            }))
          : [{ code, urgency: null, value }],
      join: (flats) => {
        const [{ code, urgency, value } = {}] = flats;
        const by = flats.map((flat) => text(flat.urgency));
        if (!isByUrgency(text(code))) {
          if (flats.length > 1) return { problem: '这个参数只能有一行，请删去多余的行' };
          return urgency ? { problem: '这个参数不分紧急程度，请留空' } : { value: { code, value } };
        }
        if (by.includes('') || new Set(by).size !== 4 || by.length !== 4)
          return { problem: `请按紧急程度写齐四行：${Object.values(urgencyLabels).join('、')}` };
        return {
          value: {
            code,
            value: Object.fromEntries(
              Object.keys(urgencyLabels).map((name) => [
                name,
                flats.find((flat) => flat.urgency === name)?.value,
              ]),
            ),
          },
        };
      },
      isRetirable: false,
    }),
  ],
};

const dayKinds = { holiday: '放假', makeUpDay: '调休上班', hours: '工作时间' };
type DayKind = keyof typeof dayKinds;

interface SpanOfDay {
  from: string;
  to: string;
}

const spansText = (spans: readonly SpanOfDay[]): string =>
  spans.map(({ from, to }) => `${from}-${to}`).join('、');

const spansColumn: Column = {
  ...textColumn('spans', '时段', {
    explain: '“工作时间”行填写，如 09:00-12:00、13:00-18:00',
    isPart: true,
    width: 28,
  }),
  read: (words): Read => {
    const spans = words.split(/[、,，;；\n]/).map((part) => {
      const found = /^(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})$/.exec(
        part.normalize('NFKC').trim(),
      );
      return found && { from: found[1]?.padStart(5, '0'), to: found[2]?.padStart(5, '0') };
    });
    return spans.every((span) => span !== null)
      ? { value: spans }
      : { problem: '须为 09:00-12:00 这样的时段，多段用顿号分开' };
  },
  write: (value) => (Array.isArray(value) ? spansText(value as SpanOfDay[]) : ''),
};

/** The day of a special day, or the month and day a season of working hours begins. */
const yearDayColumn: Column = {
  ...textColumn('day', '日期', {
    explain: '放假和调休写 2026-10-01；工作时间写开始的月-日，如 05-01',
    isPart: true,
    isRequired: true,
  }),
  form: 'day',
  read: (words): Read => {
    const found = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(words);
    if (found)
      return { value: `${(found[1] ?? '').padStart(2, '0')}-${(found[2] ?? '').padStart(2, '0')}` };
    return /^\d{4}-\d{2}-\d{2}$/.test(words)
      ? { value: words }
      : { problem: '须为 2026-10-01 或 05-01 这样的日期' };
  },
};

interface YearDays {
  holidays: { day: string; name: string }[];
  makeUpDays: { day: string; name: string }[];
  hours: { fromDay: string; spans: SpanOfDay[] }[];
}

const yearRows = (value: Value): Flat[] => {
  const { holidays, makeUpDays, hours } = value as unknown as YearDays;
  const shared = { year: value.year, isAnnounced: value.isAnnounced };
  const dayRow =
    (kind: DayKind) =>
    ({ day, name }: { day: string; name: string }): Flat => ({
      ...shared,
      kind,
      day,
      name,
      spans: null,
    });
  return [
    ...holidays.map(dayRow('holiday')),
    ...makeUpDays.map(dayRow('makeUpDay')),
    ...hours.map(({ fromDay, spans }) => ({
      ...shared,
      kind: 'hours',
      day: fromDay,
      name: null,
      spans,
    })),
  ];
};

/** What a row of a year lacks or has too much of, as a sentence. */
const yearRowProblem = ({ kind, day, name, spans }: Flat): string | undefined => {
  const isShort = text(day).length === 5;
  if (kind === 'hours')
    return isShort && spans
      ? undefined
      : '“工作时间”行须填开始的月-日（如 05-01）和时段（如 09:00-12:00、13:00-18:00）';
  return !isShort && name
    ? undefined
    : '“放假”“调休上班”行须填完整日期（如 2026-10-01）和名称（如 国庆节）';
};

export const calendarSheet: Sheet = {
  name: 'calendarYear',
  title: '日历',
  explain: [
    '一行一个放假日、调休上班日或一季的工作时间；一年至少要有一行工作时间。',
    '修改只生成新版本；以国务院办公厅通知为准。',
  ],
  columns: [
    numberColumn('year', '年份', { explain: '如 2027', isKey: true, isRequired: true }),
    yesNoColumn('isAnnounced', '已公布', { explain: '通知是否已公布', isRequired: true }),
    choiceColumn('kind', '种类', dayKinds, { isPart: true, isRequired: true }),
    yearDayColumn,
    textColumn('name', '名称', { explain: '如 国庆节；工作时间行留空', isPart: true }),
    spansColumn,
  ],
  views: [
    plainView('calendarYear', ['year', 'isAnnounced', 'kind', 'day', 'name', 'spans'], {
      fields: ['code', 'year', 'isAnnounced', 'holidays', 'makeUpDays', 'hours'],
      isMany: true,
      keyOf: ({ year }) => String(year as number),
      keysOf: ({ code }) => [text(code)],
      labelOf: ({ year }) => `${String(year as number)} 年日历`,
      partOf: ({ kind, day }) => `${dayKinds[text(kind) as DayKind] ?? ''} ${text(day)}`,
      split: yearRows,
      join: (flats) => {
        const problem = flats.map(yearRowProblem).find((each) => each !== undefined);
        if (problem) return { problem };
        const of = (kind: DayKind) =>
          flats
            .filter((flat) => flat.kind === kind)
            .sort((a, b) => (text(a.day) < text(b.day) ? -1 : 1));
        const [{ year, isAnnounced } = {}] = flats;
        return {
          value: {
            code: String(year as number),
            year,
            isAnnounced,
            holidays: of('holiday').map(({ day, name }) => ({ day, name })),
            makeUpDays: of('makeUpDay').map(({ day, name }) => ({ day, name })),
            hours: of('hours').map(({ day, spans }) => ({ fromDay: day, spans })),
          },
        };
      },
    }),
  ],
};
