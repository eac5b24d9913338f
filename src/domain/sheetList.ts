/**
 * Sheet list 表格总表: every sheet of master data that goes out and comes back. What is in this table has a
 * template, an import with preview and undo, an API and a place on the page 主数据表格.
 */
import { getNoun } from './nouns.ts';
import { Refused } from './refused.ts';
import type { Role } from './access.ts';
import type { Sheet } from './sheet.ts';
import { indicatorSheet, orderClassSheet } from './sheetIndicators.ts';
import { deputySheet, patronSheet } from './sheetLeaders.ts';
import { peopleSheet } from './sheetPeople.ts';
import {
  areaSheet,
  dutyRuleSheet,
  rosterSheet,
  senderSheet,
  siteSheet,
  unitSheet,
} from './sheetPlaces.ts';
import { calendarSheet, categorySheet, settingSheet } from './sheetStandards.ts';

export const sheets = {
  category: categorySheet,
  setting: settingSheet,
  calendarYear: calendarSheet,
  area: areaSheet,
  unit: unitSheet,
  people: peopleSheet,
  roster: rosterSheet,
  deputy: deputySheet,
  patron: patronSheet,
  site: siteSheet,
  dutyRule: dutyRuleSheet,
  sender: senderSheet,
  indicator: indicatorSheet,
  orderClass: orderClassSheet,
} satisfies Record<string, Sheet>;

export type SheetName = keyof typeof sheets;
export const sheetNames = Object.keys(sheets) as [SheetName, ...SheetName[]];

/** Rows of one file at most: one transaction, decided and written within seconds. */
export const maxSheetRows = 10_000;

/** May a role bring this sheet in: whoever may add or edit one of its nouns. */
export const mayLoad = (sheet: Sheet, role: Role): boolean =>
  sheet.views.some(({ noun }) =>
    ['add', 'edit'].some((action) => getNoun(noun).actions[action]?.by.includes(role)),
  );

/** The sheet of a name. Throws 404 for an unknown one. */
export function getSheet(name: string): Sheet {
  const found = Object.hasOwn(sheets, name) ? sheets[name as SheetName] : undefined;
  if (!found) throw new Refused(404, 'noSuchSheet', '没有这种表格，请从页面选择');
  return found;
}
