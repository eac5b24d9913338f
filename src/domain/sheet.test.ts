/** Sheets: what is written reads back the same, for every noun; and what spreadsheets do is understood. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { Channel } from './channel.ts';
import { ResponsibleBy } from './dutyRule.ts';
import { IndicatorMethod } from './indicator.ts';
import { addDays } from './moment.ts';
import { classCode } from './orderClass.ts';
import type { NounName } from './nouns.ts';
import { PostRole } from './post.ts';
import {
  cellsOf,
  changesBetween,
  readView,
  sheetFlats,
  type Sheet,
  type SheetRow,
  type Value,
} from './sheet.ts';
import type { Cell, Named, SheetNames } from './sheetColumn.ts';
import { sheets, sheetNames, type SheetName } from './sheetList.ts';
import { settingShapes } from './setting.ts';
import { timeLimitUnits } from './timeLimit.ts';
import { UnitKind } from './unit.ts';

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const seeds = <T>(name: string): T => JSON.parse(readFileSync(`seeds/${name}`, 'utf8')) as T;

const named = (lines: Record<string, string>): Named => ({
  labels: () => Object.values(lines),
  labelOf: (id) => lines[id],
  find: (text) =>
    Object.entries(lines).find(([, line]) => line === text || line.split(' ')[0] === text)?.[0],
});

const unitIds = [uuid(1), uuid(2)];
const areaCodes = ['110199001', '110199001001'];
const personIds = [uuid(11), uuid(12)];
const postIds = [uuid(21), uuid(22)];
const names: SheetNames = {
  unit: named({ [uuid(1)]: '001 环卫中心', [uuid(2)]: 'u-2 清河街道' }),
  area: named({ '110199001': '110199001 清河街道', '110199001001': '110199001001 学府社区' }),
  person: named({ [uuid(11)]: 'zhang.san 张三', [uuid(12)]: 'li.si 李四' }),
  post: named({ [uuid(21)]: 'zhang.san 经办', [uuid(22)]: 'li.si 负责人' }),
};

/** Text as people have it: no blanks at the ends, and whatever a formula could begin with. */
const words = (max: number) =>
  fc
    .string({ unit: fc.constantFrom(...'环卫=+-@\'"、; 3A，\n|'), minLength: 1, maxLength: max })
    .filter((text) => text.trim() === text);
const word = fc.string({ unit: fc.constantFrom(...'环卫水abc12'), minLength: 1, maxLength: 6 });
const wordList = fc.uniqueArray(word, { maxLength: 4 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const code = fc.stringMatching(/^[0-9]{3,8}$/);
const limit = fc.record({
  value: fc.integer({ min: 1, max: 3660 }),
  unit: fc.constantFrom(...(Object.keys(timeLimitUnits) as (keyof typeof timeLimitUnits)[])),
});
const stages = fc.array(fc.record({ name: word, limit }), { minLength: 1, maxLength: 3 });
const time = fc
  .integer({ min: 0, max: 1439 })
  .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
const day = (year: number) =>
  fc.integer({ min: 0, max: 360 }).map((n) => addDays(`${year}-01-01`, n));
const namedDays = (year: number) =>
  fc.uniqueArray(fc.record({ day: day(year), name: word }), {
    maxLength: 6,
    selector: (one) => one.day,
  });

const arbitraries: Record<SheetName, fc.Arbitrary<Partial<Record<NounName, Value[]>>>> = {
  indicator: fc
    .uniqueArray(
      fc.record({
        code,
        name: words(20),
        edition: word,
        parentCode: orNull(code),
        methods: fc.uniqueArray(fc.constantFrom(...IndicatorMethod.options), { maxLength: 6 }),
        siteTypes: wordList,
        categoryCodes: wordList,
        sourceFlag: fc.constantFrom('SOURCED', 'RECALLED', 'DESIGN'),
      }),
      { selector: (one) => one.code },
    )
    .map((indicator) => ({ indicator })),
  orderClass: fc
    .uniqueArray(
      fc
        .record({
          senderCode: fc.constantFrom('12345', 'grid'),
          levels: fc.array(word, { minLength: 1, maxLength: 5 }),
          explain: orNull(words(20)),
        })
        .map((one) => ({ code: classCode(one.senderCode, one.levels.join(' / ')), ...one })),
      { selector: (one) => one.code },
    )
    .map((orderClass) => ({ orderClass })),
  area: fc
    .uniqueArray(
      fc.record({
        code: fc.constantFrom(...areaCodes),
        name: words(20),
        level: fc.constant('subdistrict'),
        grade: orNull(word),
        unitId: orNull(fc.constantFrom(...unitIds)),
      }),
      { selector: (one) => one.code },
    )
    .map((area) => ({ area })),
  unit: fc
    .uniqueArray(
      fc.record({
        code,
        name: words(20),
        kind: fc.constantFrom(...UnitKind.options),
        parentId: orNull(fc.constantFrom(...unitIds)),
        areaCode: orNull(fc.constantFrom(...areaCodes)),
        guideUnitId: orNull(fc.constantFrom(...unitIds)),
        leadUnitId: orNull(fc.constantFrom(...unitIds)),
        dutyRoles: wordList,
      }),
      { selector: (one) => one.code },
    )
    .map((unit) => ({ unit })),
  site: fc
    .array(
      fc
        .record({
          name: words(20),
          siteType: word,
          areaCode: fc.constantFrom(...areaCodes),
          unitId: orNull(fc.constantFrom(...unitIds)),
          address: orNull(words(20)),
          lng: fc.integer({ min: 73_000_000, max: 136_000_000 }).map((n) => n / 1e6),
          lat: fc.integer({ min: 3_000_000, max: 54_000_000 }).map((n) => n / 1e6),
        })
        .chain((one) => fc.constantFrom(one, { ...one, lng: null, lat: null })),
      { maxLength: 5 },
    )
    .map((list) => ({ site: list.map((one, n) => ({ id: uuid(100 + n), ...one })) })),
  roster: fc
    .array(
      fc
        .record({
          unitId: fc.constantFrom(...unitIds),
          postId: fc.constantFrom(...postIds),
          weekdays: fc
            .uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
            .map((list) => list.sort((a, b) => a - b)),
          day: fc.constant(null),
          startsAt: time,
          endsAt: time,
        })
        .chain((one) => fc.constantFrom(one, { ...one, weekdays: [], day: '2026-10-01' })),
      { maxLength: 5 },
    )
    .map((list) => ({ roster: list.map((one, n) => ({ id: uuid(200 + n), ...one })) })),
  sender: fc
    .uniqueArray(
      fc.record({ code, name: words(20), channel: fc.constantFrom(...Channel.options) }),
      { selector: (one) => one.code },
    )
    .map((sender) => ({ sender })),
  deputy: fc
    .uniqueArray(
      fc.record({
        postId: fc.constantFrom(...postIds),
        deputyPostId: fc.constantFrom(...postIds),
        fromDay: day(2026),
        toDay: day(2027),
        note: orNull(words(20)),
      }),
      { selector: ({ postId, deputyPostId, fromDay }) => `${postId}${deputyPostId}${fromDay}` },
    )
    .map((list) => ({ deputy: list.map((one, n) => ({ id: uuid(100 + n), ...one })) })),
  patron: fc
    .uniqueArray(
      fc.record({
        areaCode: fc.constantFrom(...areaCodes),
        name: word,
        title: words(20),
        personId: orNull(fc.constantFrom(...personIds)),
        fromDay: day(2026),
        toDay: orNull(day(2027)),
      }),
      { selector: ({ areaCode, name, fromDay }) => `${areaCode}${name}${fromDay}` },
    )
    .map((list) => ({ patron: list.map((one, n) => ({ id: uuid(100 + n), ...one })) })),
  dutyRule: fc
    .uniqueArray(
      fc.record({
        code: fc.integer({ min: 1, max: 999_999 }).map(String),
        categoryCode: fc.constantFrom(null, 'E0101', 'E01', 'P'),
        conditionNo: orNull(fc.integer({ min: 1, max: 99 })),
        areaCode: orNull(fc.constantFrom(...areaCodes)),
        areaGrade: orNull(word),
        ownerUnitId: orNull(fc.constantFrom(...unitIds)),
        ownerKind: orNull(fc.constantFrom(...UnitKind.options)),
        supervisingUnitId: orNull(fc.constantFrom(...unitIds)),
        responsibleBy: fc.constantFrom(...ResponsibleBy.options),
        responsibleUnitId: orNull(fc.constantFrom(...unitIds)),
        responsibleRole: orNull(word),
        territoryUnitId: orNull(fc.constantFrom(...unitIds)),
        basis: orNull(words(20)),
      }),
      { selector: (one) => one.code, maxLength: 4 },
    )
    .map((dutyRule) => ({ dutyRule })),
  people: fc
    .uniqueArray(
      fc.record({
        person: fc.integer({ min: 0, max: 1 }),
        role: fc.constantFrom(...PostRole.options),
        title: words(20),
        unitId: orNull(fc.constantFrom(...unitIds)),
        areaCode: orNull(fc.constantFrom(...areaCodes)),
      }),
      { selector: ({ title: _title, ...key }) => JSON.stringify(key), maxLength: 6 },
    )
    .map((list) => ({
      person: [
        { id: uuid(11), login: 'zhang.san', name: '张三' },
        { id: uuid(12), login: 'li.si', name: '=李四' },
      ],
      post: list.map(({ person, ...rest }) => ({ ...rest, personId: personIds[person] })),
    })),
  category: fc
    .uniqueArray(
      fc.record({
        code: fc.stringMatching(/^[PE]0[0-9]0[0-9]$/),
        name: words(20),
        kind: fc.constantFrom('part', 'incident'),
        majorCode: fc.stringMatching(/^\d{2}$/),
        majorName: word,
        minorCode: orNull(code.map((text) => text.slice(0, 3))),
        legacyCode: orNull(code),
        isExtension: fc.boolean(),
        dispatchRule: word,
        defaultUnits: wordList,
        keywords: wordList,
        collectRule: orNull(words(20)),
        duplicateRadius: fc.integer({ min: 1, max: 2000 }),
        duplicateWindow: fc.integer({ min: 1, max: 2160 }),
        alleyTags: wordList,
        civilityFields: wordList,
        sourceFlag: fc.constantFrom('SOURCED', 'RECALLED', 'DESIGN'),
        conditions: fc
          .array(
            fc.record(
              {
                openWhen: words(20),
                closeWhen: words(20),
                limit,
                severity: fc.constantFrom('A', 'B', 'C'),
                stages,
                limitsByGrade: fc.array(
                  fc.record({ grade: word, limit, stages }, { requiredKeys: ['grade', 'limit'] }),
                  { minLength: 1, maxLength: 3 },
                ),
              },
              { requiredKeys: ['openWhen', 'closeWhen', 'limit', 'severity'] },
            ),
            { minLength: 1, maxLength: 4 },
          )
          .map((list) => list.map((one, n) => ({ no: n + 1, ...one }))),
      }),
      { selector: (one) => one.code, maxLength: 3 },
    )
    .map((category) => ({ category })),
  setting: fc.constant({
    setting: Object.entries(seeds<Record<string, unknown>>('settings.json'))
      .filter(([name]) => name in settingShapes)
      .map(([name, value]) => ({ code: name, value })),
  }),
  calendarYear: fc
    .record({
      isAnnounced: fc.boolean(),
      holidays: namedDays(2027),
      makeUpDays: namedDays(2027),
      hours: fc.uniqueArray(day(2024), { minLength: 1, maxLength: 3 }).map((days) =>
        days.sort().map((from) => ({
          fromDay: from.slice(5),
          spans: [
            { from: '09:00', to: '12:00' },
            { from: '13:00', to: '18:00' },
          ],
        })),
      ),
    })
    .map(({ holidays, makeUpDays, ...rest }) => {
      const byDay = (a: { day: string }, b: { day: string }): number => (a.day < b.day ? -1 : 1);
      return {
        calendarYear: [
          {
            code: '2027',
            year: 2027,
            ...rest,
            holidays: holidays.sort(byDay),
            makeUpDays: makeUpDays.sort(byDay),
          },
        ],
      };
    }),
};

/** The rows of a file as they would come back: cells by column. */
const rowsFrom = (sheet: Sheet, lines: readonly (readonly string[])[]): SheetRow[] =>
  lines.map((cells, n) => ({
    row: n + 2,
    cells: Object.fromEntries(
      sheet.columns.map(({ key }, at): [string, Cell] => [key, { text: cells[at] ?? '' }]),
    ),
  }));

const noLedger = { known: [], find: () => undefined };

describe.each(sheetNames.map((name) => [name, sheets[name] as Sheet] as const))(
  '%s',
  (name, sheet) => {
    it('reads back what it wrote, and finds nothing changed', () => {
      fc.assert(
        fc.property(arbitraries[name], (records) => {
          const of = (noun: NounName): Value[] => records[noun] ?? [];
          const lines = sheetFlats(sheet, of, names).map((flat) => cellsOf(sheet, flat, names));
          for (const cell of lines.flat()) expect(cell).not.toMatch(/^[=+\-@]/);
          for (const view of sheet.views) {
            const before = new Map(
              of(view.noun).flatMap((value) =>
                view.keysOf(value, names).map((key) => [key, { id: key, value }] as const),
              ),
            );
            const { wanted, problems } = readView(
              sheet,
              view,
              rowsFrom(sheet, lines),
              names,
              noLedger,
            );
            expect(problems).toEqual([]);
            expect(wanted).toHaveLength(of(view.noun).length);
            for (const { key, value } of wanted) {
              const old = before.get(key)?.value;
              expect(old, key).toBeDefined();
              expect(changesBetween(sheet, view, old, value, names)).toEqual([]);
              expect(view.inputOf(value)).toEqual(view.inputOf(old ?? {}));
            }
          }
        }),
        { numRuns: 60 },
      );
    });

    it('explains every column in Chinese, and has a key', () => {
      for (const { title, explain } of sheet.columns)
        expect(`${title}${explain}`).toMatch(/\p{Script=Han}/u);
      expect(sheet.columns.some(({ isKey }) => isKey)).toBe(true);
    });
  },
);

describe('the seeds', () => {
  it('go through the sheet of categories without a loss', () => {
    const all = seeds<Value[]>('categories.json');
    const sheet: Sheet = sheets.category;
    const [view] = sheet.views;
    if (!view) throw new Error('no view');
    const lines = sheetFlats(sheet, () => all, names).map((flat) => cellsOf(sheet, flat, names));
    expect(lines.length).toBeGreaterThan(600);
    const { wanted, problems } = readView(sheet, view, rowsFrom(sheet, lines), names, noLedger);
    expect(problems).toEqual([]);
    expect(wanted).toHaveLength(all.length);
    for (const { key, value } of wanted) {
      const old = all.find((one) => one.code === key) ?? {};
      expect(changesBetween(sheet, view, old, value, names)).toEqual([]);
      expect(value.conditions).toEqual(old.conditions);
    }
  });
});

describe('a category over several rows', () => {
  const sheet: Sheet = sheets.category;
  const view = sheet.views[0] as (typeof sheet.views)[number];
  const [seed = {}] = seeds<Value[]>('categories.json');
  const lines = view.split(seed, names).map((flat) => cellsOf(sheet, flat, names));
  const at = (key: string): number => sheet.columns.findIndex((column) => column.key === key);
  const change = (edit: (all: string[][]) => void) => {
    const copy = lines.map((line) => [...line]);
    edit(copy);
    return readView(sheet, view, rowsFrom(sheet, copy), names, {
      known: [],
      find: (key) => ({ id: key, value: { ...seed, conditions: seed.conditions } }),
    });
  };

  it('may leave what is shared empty after the first row', () => {
    const { wanted, problems } = change((all) => {
      for (const line of all.slice(1)) line[at('name')] = '';
    });
    expect(problems).toEqual([]);
    expect(wanted[0]?.value.name).toBe(seed.name);
  });

  it('says where two rows of it contradict each other', () => {
    const { wanted, problems } = change((all) => {
      (all[2] as string[])[at('name')] = '另一个名称';
    });
    expect(wanted).toEqual([]);
    expect(problems[0]).toMatchObject({ row: 4, column: '名称' });
  });

  it('shows a changed limit by its condition, before and after', () => {
    const { wanted } = change((all) => {
      (all[1] as string[])[at('limit')] = '２工作日';
    });
    const changes = changesBetween(sheet, view, seed, wanted[0]?.value ?? {}, names);
    expect(changes).toEqual([{ title: '第 2 条 处置时限', before: '4工作时', after: '2工作日' }]);
  });
});
